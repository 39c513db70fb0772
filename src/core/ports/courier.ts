import type { Subject } from '../reply.ts';

/** Brings the newest state of a subject to every place where it is shown. Only the process with the adapters has one. */
export interface Courier {
  deliver(subject: Subject, signal: AbortSignal): Promise<void>;
  /** Asks for a delivery of everything that lags behind. */
  catchUp(): Promise<number>;
}
