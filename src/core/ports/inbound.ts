import type { InboundEvent } from '../platform.ts';

/** Answers what an adapter took in and had no time to wait for. Only the process with the adapters has one. */
export interface InboundHandler {
  /** May be repeated with the same event after a crash: it happens once. */
  handle(inbound: InboundEvent): Promise<void>;
}
