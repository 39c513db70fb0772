import type { Server } from 'node:net';
/** See relay.mjs. */
export function relay(from: string, to: string): Server;
