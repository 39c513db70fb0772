import type { Job } from '../job.ts';

/** The dumbwaiter, seen from the front desk. */
export interface Jobs {
  /** Durable when it returns. Throws Unreachable where the queue does not answer: nothing was started. */
  enqueue<P>(job: Job<P>, payload: P): Promise<void>;
}

/** A word to every process of the fleet, for what cannot wait for the next look at the registry. Lossy. */
export interface Bus {
  publish(topic: Topic, message: string): Promise<void>;
  /** Returns an unsubscribe. */
  subscribe(topic: Topic, listener: (message: string) => void): () => void;
}

export type Topic =
  /** A deployment changed; the message is the model. */
  | 'deployments'
  /** A run is to be stopped; the message is its id. */
  | 'cancel';
