/**
 * `training`: takes minutes and a machine's resources. `evaluation`: evaluating a version and the gates of a
 * promotion; `comparison`: comparisons that people ask for. Both run programs and models, for minutes or
 * until their deadline. `data`: reads new data of models, which may be large. `delivery`: tells other
 * targets than the gateway, by programs or requests. `control`: takes seconds, runs neither programs nor models, and
 * there are only as many of these jobs as people ask for, so that a rollback never waits. `monitoring`: what a schedule
 * calls for, of each model: checks, policies. `upkeep`: repairs of what crashes left, however long they take. `policy`: tickets, which only the policy process
 * can sign. `webhooks`: events for others, whose receivers may be slow or
 * dead. `tracking`: versions for other registries, which may be dead too. `inbound`: events from chat platforms, and `outbound`: messages to them; the bot handles both.
 */
export type Lane =
  | 'training'
  | 'evaluation'
  | 'comparison'
  | 'data'
  | 'delivery'
  | 'control'
  | 'monitoring'
  | 'upkeep'
  | 'policy'
  | 'webhooks'
  | 'tracking'
  | 'inbound'
  | 'outbound';
export const LANES: readonly Lane[] = [
  'training',
  'evaluation',
  'comparison',
  'data',
  'delivery',
  'control',
  'monitoring',
  'upkeep',
  'policy',
  'webhooks',
  'tracking',
  'inbound',
  'outbound',
];

/** What the queue needs to know to accept a job. */
export interface Queueable<P> {
  name: string;
  lane: Lane;
  /**
   * A part of the lane that one process at a time works, e.g. of a chat platform; default: the lane that all of them
   * work.
   */
  part?(payload: P): string | undefined;
  attempts: number;
  /** A job added while one with the same key runs is run once more after it, not dropped. */
  again: boolean;
  /** The key stays reserved for this long, even after the job is done. */
  onceForMs: number | undefined;
  /**
   * It carries the authority of a person: the process that heard them signs it, and nobody does it without that
   * signature, or when it is older than this. Undefined: whoever can write to the queue may have it done.
   */
  signedForMs: number | undefined;
  /** False: all others of its lane come first. */
  isUrgent?(payload: P): boolean;
  /** While a job with this key waits or runs, another one counts as the same. */
  once(payload: P): string;
}

/** The queue, as commands see it. */
export interface Jobs {
  /**
   * Durable when it returns. Throws Unreachable if the queue does not respond: nothing was started.
   * @param delayMs it begins no sooner than that
   */
  enqueue<P>(job: Queueable<P>, payload: P, delayMs?: number): Promise<void>;
  /**
   * Enqueues jobs that follow one another: each begins when those before it are done, and none after one that failed. A
   * link that waits or runs already is the same one. Durable, and whole, when it returns; throws as `enqueue`.
   */
  chain(links: readonly Link[]): Promise<void>;
}

/** One job of a chain. */
export interface Link extends Pick<Queueable<never>, 'name' | 'lane' | 'attempts'> {
  payload: unknown;
  /** The same key is the same link. */
  once: string;
  /** The link that waits for it, as `NAME-ONCE`; default: the next one. One may wait for several. */
  before?: string;
  isUrgent: boolean;
}

/** A link is queued again by whoever follows the chain, so it cannot be signed for a person. */
export function linkOf<P>(job: Queueable<P>, payload: P): Link {
  const { name, lane, attempts, signedForMs } = job;
  if (signedForMs !== undefined)
    throw new Error(`"${name}" is signed, so it is no part of a chain`);
  const isUrgent = job.isUrgent?.(payload) !== false;
  return { name, lane, attempts, payload, once: job.once(payload), isUrgent };
}

/**
 * Notifies all processes of something that should not wait for the next look at the registry. Messages can be
 * lost.
 */
export interface Bus {
  publish(topic: Topic, message: string): Promise<void>;
  /**
   * Returns an unsubscribe function.
   * @param missed called when the connection is back after it was lost, and messages with it
   */
  subscribe(topic: Topic, listener: (message: string) => void, missed?: () => void): () => void;
}

export type Topic =
  /** A deployment changed; the message is the model. */
  | 'deployments'
  /** A run should stop; the message is its ID. */
  | 'cancel'
  /** An account was linked; the message is the person. */
  | 'people'
  /** A lease was given back; the message is its name. */
  | 'leases'
  /** A post of the chat page was added or changed; the message is its ID. */
  | 'posts'
  /** Something was posted for a call of the command line; the message is the ID of the call. */
  | 'calls';
