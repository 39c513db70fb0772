import { discord } from './discord/index.ts';
import { github } from './github/index.ts';
import type { PlatformKind } from './kind.ts';
import { slack } from './slack/index.ts';

export type { ClosedAdapter, PlatformKind } from './kind.ts';

/** Third-party platforms where people talk; our own adapters, web and terminal, are always enabled. */
export const platforms: readonly PlatformKind[] = [slack, discord];

/** Everything of others that can be configured, also what takes part in requests without being a place to talk. */
export const adapterKinds: readonly PlatformKind[] = [...platforms, github];
