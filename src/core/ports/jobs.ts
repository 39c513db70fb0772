/**
 * `training`: minutes, a machine's worth of work. `evaluation`: judging a version and the gates of a promotion, and
 * `comparison`: what people only want to know; both run programs and models, for minutes or until their deadline.
 * `control`: seconds, neither programs nor models, so that a rollback never waits.
 * `inbound`: events of chat platforms, and `outbound`: messages to them; both are taken up by the bot.
 */
export type Lane = 'training' | 'evaluation' | 'comparison' | 'control' | 'inbound' | 'outbound';
export const LANES: readonly Lane[] = [
  'training',
  'evaluation',
  'comparison',
  'control',
  'inbound',
  'outbound',
];

/** What the queue must know of a job to take one in. */
export interface Queueable<P> {
  name: string;
  lane: Lane;
  attempts: number;
  /** A job added while its twin runs is run once more after it, rather than swallowed. */
  again: boolean;
  /** The key stays taken for so long, even when its job is done. */
  onceForMs: number | undefined;
  /** While a job of this key waits or runs, another is the same one. */
  once(payload: P): string;
}

/** The queue, as commands see it. */
export interface Jobs {
  /** Durable when it returns. Throws Unreachable where the queue does not answer: nothing was started. */
  enqueue<P>(job: Queueable<P>, payload: P): Promise<void>;
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
  | 'cancel'
  /** Somebody linked an account; the message is the person. */
  | 'people';
