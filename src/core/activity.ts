import { type Channel, channel } from 'node:diagnostics_channel';

/** What is observed while it happens, by its kind: what is known of it when it begins. */
export interface Activities {
  /** A call by a person or an agent. `name` is one of the commands, or `unknown`. */
  command: { name: string; platform: string; id: string };
  /**
   * One attempt at a job. `parent`: the trace of whoever queued it, if there is one. `waitedMs`: only of its first
   * attempt.
   */
  job: {
    name: string;
    lane: string;
    id: string;
    waitedMs: number | undefined;
    parent: string | undefined;
  };
  /** A program of the workspace. */
  program: { model: string; run: string; does: string };
  /** A change of what is live. */
  switch: { model: string; environment: string; kind: 'promotion' | 'rollback' | 'undeploy' };
  /** A request to a chat platform. */
  platform: { platform: string; operation: string };
}

/** What is observed once it has happened. */
export interface Facts {
  /** A monitor judged a window. */
  finding: { model: string; environment: string; monitor: string; status: string };
  /** An alert was opened. */
  alert: { model: string; environment: string; severity: string };
  /** A training, a comparison and the like came to an end. */
  run: { kind: string; status: string };
  /** A gateway stopped running a version. */
  quarantine: { model: string; environment: string; fault: string };
}

export interface Activity<K extends keyof Activities = keyof Activities> {
  readonly kind: K;
  readonly about: Activities[K];
  /** Set once it has ended. */
  ended?: { outcome: string; seconds: number; error?: unknown };
}

interface Noted<K extends keyof Facts = keyof Facts> {
  readonly kind: K;
  readonly fact: Facts[K];
}

/** Before an activity; its stores hold for everything that the activity awaits. */
export const beginOf = (kind: keyof Activities) => channel(`wheelhouse:${kind}:begin`);
const endOf = (kind: keyof Activities) => channel(`wheelhouse:${kind}:end`);
const factsOf = (kind: keyof Facts) => channel(`wheelhouse:${kind}`);

/**
 * Does the work, and lets whoever listens on its channels know: metrics and traces, each only where it is switched on.
 * Without listeners it costs two look-ups.
 * @param outcomeOf how it ended, in one of a few words; default: `done`, and `failed` if it threw
 */
export function observed<K extends keyof Activities, T>(
  kind: K,
  about: Activities[K],
  work: () => Promise<T>,
  outcomeOf: Outcomes<T> = {},
): Promise<T> {
  const activity: Activity<K> = { kind, about };
  const began = performance.now();
  const close = (outcome: string, failure?: { error: unknown }): void => {
    activity.ended = { outcome, seconds: (performance.now() - began) / 1000, ...failure };
    endOf(kind).publish(activity);
  };
  return beginOf(kind).runStores(activity, async () => {
    let result: T;
    try {
      result = await work();
    } catch (error) {
      close(outcomeOf.failed?.(error) ?? 'failed', { error });
      throw error;
    }
    close(outcomeOf.done?.(result) ?? 'done');
    return result;
  });
}

interface Outcomes<T> {
  done?(result: T): string;
  failed?(error: unknown): string;
}

export function noted<K extends keyof Facts>(kind: K, fact: Facts[K]): void {
  const noted: Noted<K> = { kind, fact };
  factsOf(kind).publish(noted);
}

/** Calls it for each activity that begins. Returns a function that stops it. What it throws ends the process. */
export function whenBegun<K extends keyof Activities>(
  kind: K,
  listener: (activity: Activity<K>) => void,
): () => void {
  return listen(beginOf(kind), (seen) => isActivity(kind, seen) && listener(seen));
}

/** As `whenBegun`, for each that ends: then `ended` is set. */
export function whenEnded<K extends keyof Activities>(
  kind: K,
  listener: (activity: Activity<K>) => void,
): () => void {
  return listen(endOf(kind), (seen) => isActivity(kind, seen) && listener(seen));
}

export function whenNoted<K extends keyof Facts>(
  kind: K,
  listener: (fact: Facts[K]) => void,
): () => void {
  return listen(factsOf(kind), (seen) => isNoted(kind, seen) && listener(seen.fact));
}

function listen(to: Channel, heard: (seen: unknown) => void): () => void {
  to.subscribe(heard);
  return () => void to.unsubscribe(heard);
}

/** The channels are this file's own. */
export function isActivity<K extends keyof Activities>(
  kind: K,
  seen: unknown,
): seen is Activity<K> {
  return isOf(kind, seen) && 'about' in seen;
}

function isNoted<K extends keyof Facts>(kind: K, seen: unknown): seen is Noted<K> {
  return isOf(kind, seen) && 'fact' in seen;
}

const isOf = (kind: string, seen: unknown): seen is object =>
  typeof seen === 'object' && seen !== null && 'kind' in seen && seen.kind === kind;
