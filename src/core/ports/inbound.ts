import type { InboundEvent } from '../platform.ts';

/**
 * Answers events that an adapter received but could not wait for. Only the process with the adapters has one.
 */
export interface InboundHandler {
  /** May be repeated with the same event after a crash: it takes effect once. */
  handle(inbound: InboundEvent): Promise<void>;
}
