import { discord } from './discord/index.ts';
import type { PlatformKind } from './kind.ts';
import { slack } from './slack/index.ts';

export type { ClosedAdapter, PlatformKind } from './kind.ts';

/** The platforms of others; the adapters of our own, web and terminal, are always there. */
export const platforms: readonly PlatformKind[] = [slack, discord];
