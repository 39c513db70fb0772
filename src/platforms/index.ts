import { discord } from './discord/index.ts';
import type { PlatformKind } from './kind.ts';
import { slack } from './slack/index.ts';

export type { ClosedAdapter, PlatformKind } from './kind.ts';

/** Third-party platforms; our own adapters, web and terminal, are always enabled. */
export const platforms: readonly PlatformKind[] = [slack, discord];
