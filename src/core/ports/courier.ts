import type { Subject } from '../reply.ts';

/**
 * Delivers the newest state of a subject to every place where it is shown. Only the process with the adapters
 * has one.
 */
export interface Courier {
  deliver(subject: Subject, signal: AbortSignal): Promise<void>;
  /** Requests delivery of everything that is behind. */
  catchUp(): Promise<number>;
}
