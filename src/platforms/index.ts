import { discord } from './discord/index.ts';
import type { PlatformKind } from './kind.ts';
import { slack } from './slack/kind.ts';

export { createHttpDoors, type HttpDoors, type HttpDoorsOptions } from './http/doors.ts';
export type { ClosedDoor, PlatformKind } from './kind.ts';

/** The platforms of others; the doors of our own, web and terminal, are always there. */
export const platforms: readonly PlatformKind[] = [slack, discord];
