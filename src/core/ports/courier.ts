import type { Subject } from '../reply.ts';

/**
 * Delivers the newest state of a subject to every place where it is shown. Only the process with the adapters
 * has one.
 */
export interface Courier {
  /** To all platforms; what another process must post is handed over to it. */
  deliver(subject: Subject, signal: AbortSignal): Promise<void>;
  /** To a platform of which this process has the lease. */
  carry(subject: Subject, platform: string, signal: AbortSignal): Promise<void>;
  /** This process has the lease of the platform now: what is behind there is brought at once. */
  takeOver(platform: string, signal: AbortSignal): Promise<void>;
  /** Requests delivery of everything that is behind. */
  catchUp(): Promise<number>;
}
