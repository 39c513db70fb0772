import type { z } from 'zod';
import type { Jobs, Lane, Queueable } from './ports/jobs.ts';
import type { Needs, World } from './world.ts';

/** What a caller needs to know to enqueue a job, without its implementation. */
interface DeclarationOptions<P> {
  name: string;
  lane: Lane;
  /** See `Queueable.part`. */
  part?(payload: P): string | undefined;
  payload: z.ZodType<P>;
  /** While a job with this key waits or runs, another one counts as the same. */
  once(payload: P): string;
  /** A job added while one with the same key runs is run once more after it, not dropped. */
  again?: boolean;
  /** The key stays reserved for this long, even after the job is done. */
  onceForMs?: number | undefined;
  /** See `Queueable.signedForMs`; default: not signed. */
  signedForMs?: number | undefined;
  attempts: number;
  /** How many of them there are if one fails with this error; default: all. */
  attemptsAfter?(error: unknown): number;
  /** False: all others of its lane come first. */
  isUrgent?(payload: P): boolean;
  /** What a `cancel` message on the bus must name to stop this job. */
  cancelledBy?(payload: P): string;
}

/** A job by its name, payload and lane: enough to enqueue it without importing its implementation. */
export type JobDeclaration<P> = DeclarationOptions<P> & Queueable<P>;

export function declareJob<P>(options: DeclarationOptions<P>): JobDeclaration<P> {
  const { again = false, onceForMs, signedForMs } = options;
  return { ...options, again, onceForMs, signedForMs };
}

export interface JobDefinition<P, K extends keyof World> extends DeclarationOptions<P> {
  /** May be called again by a retry, so every step must be idempotent. */
  run(payload: P, needs: Needs<K>, signal: AbortSignal): Promise<void>;
  /** The last attempt failed: tell whoever is waiting. Must not throw if the outcome is already final. */
  failed?(payload: P, error: unknown, needs: Needs<K>): Promise<void>;
}

/** A job whose needs are hidden behind the world. */
export interface Job<P = never> extends Queueable<P> {
  /** Whether it takes the signal: making one for each job is a measurable part of what a short job costs. */
  heedsSignal: boolean;
  attemptsAfter?(error: unknown): number;
  /** The payload as stored in the queue, not validated yet. */
  perform(raw: unknown, world: World, signal: AbortSignal): Promise<void>;
  giveUp(raw: unknown, error: unknown, world: World): Promise<void>;
  cancelKey(raw: unknown): string | undefined;
  /** Enqueues it with a payload that was stored in the queue. */
  requeue(raw: unknown, jobs: Jobs): Promise<void>;
}

export function defineJob<P, K extends keyof World>(
  definition: JobDefinition<P, K>,
): Job<P> & JobDefinition<P, K> {
  const read = (raw: unknown): P => definition.payload.parse(raw);
  const queueable = {
    ...definition,
    again: definition.again ?? false,
    onceForMs: definition.onceForMs,
    signedForMs: definition.signedForMs,
  };
  return {
    ...queueable,
    heedsSignal: definition.run.length > 2,
    perform: (raw, world, signal) => definition.run(read(raw), world, signal),
    giveUp: async (raw, error, world) => definition.failed?.(read(raw), error, world),
    cancelKey: (raw) => definition.cancelledBy?.(read(raw)),
    requeue: (raw, jobs) => jobs.enqueue(queueable, read(raw)),
  };
}
