import type { z } from 'zod';
import type { Jobs, Lane, Queueable } from './ports/jobs.ts';
import type { Needs, World } from './world.ts';

/** What there is to know of a job for whoever enqueues it, apart from what it does. */
interface DeclarationOptions<P> {
  name: string;
  lane: Lane;
  payload: z.ZodType<P>;
  /** While a job of this key waits or runs, another is the same one. */
  once(payload: P): string;
  /** A job added while its twin runs is run once more after it, rather than swallowed. */
  again?: boolean;
  /** The key stays taken for so long, even when its job is done. */
  onceForMs?: number | undefined;
  attempts: number;
  /** What a `cancel` on the bus must name for this job to be stopped. */
  cancelledBy?(payload: P): string;
}

/** A job by its name, payload and lane: enough to enqueue it without importing what it runs. */
export type JobDeclaration<P> = DeclarationOptions<P> & Queueable<P>;

export function declareJob<P>(options: DeclarationOptions<P>): JobDeclaration<P> {
  return { ...options, again: options.again ?? false, onceForMs: options.onceForMs };
}

export interface JobDefinition<P, K extends keyof World> extends DeclarationOptions<P> {
  /** A retry lands here again, so every step is idempotent. */
  run(payload: P, needs: Needs<K>, signal: AbortSignal): Promise<void>;
  /** The last attempt failed: say so to whoever waits. Must not throw for what is already final. */
  failed?(payload: P, error: unknown, needs: Needs<K>): Promise<void>;
}

/** A job whose needs have been hidden behind the world. */
export interface Job<P = never> extends Queueable<P> {
  /** Payload as it lies in the queue, not yet looked at. */
  perform(raw: unknown, world: World, signal: AbortSignal): Promise<void>;
  giveUp(raw: unknown, error: unknown, world: World): Promise<void>;
  cancelKey(raw: unknown): string | undefined;
  /** Queues it with a payload that lay in the queue. */
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
  };
  return {
    ...queueable,
    perform: (raw, world, signal) => definition.run(read(raw), world, signal),
    giveUp: async (raw, error, world) => definition.failed?.(read(raw), error, world),
    cancelKey: (raw) => definition.cancelledBy?.(read(raw)),
    requeue: (raw, jobs) => jobs.enqueue(queueable, read(raw)),
  };
}
