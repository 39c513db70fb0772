import type { InboundEvent, Invocation } from '../platform.ts';

/**
 * What people did that is stored and, as far as is known, not acknowledged: if the bot died in between, they were told
 * that it failed, and do it again, as another event.
 */
export interface Unacknowledged {
  /** The ID of the stored event that this one repeats; otherwise its own, which is unacknowledged from now on. */
  begin(event: Invocation): Promise<string>;
  /** The same once more is meant. */
  end(event: Invocation): Promise<void>;
}

/**
 * Answers events that an adapter received but could not wait for. Only the process with the adapters has one.
 */
export interface InboundHandler {
  /** May be repeated with the same event after a crash: it takes effect once. */
  handle(inbound: InboundEvent): Promise<void>;
}
