import type { Window } from '../core/model.ts';
import type { RetrainPolicy } from '../core/retrain-policy.ts';
import type { Retraining, Trigger } from '../core/retraining.ts';
import type { RetrainFacts } from './facts.ts';
import { judgeRetraining } from './judge.ts';

/** What happened to a model, whatever its policy did. Everything oldest first. */
export interface RetrainHistory {
  /** Those that were accepted. */
  arrivals: readonly { id: string; rows: number; at: Date; newest?: Date; drifted: boolean }[];
  /** `until`: when it was over. */
  alerts: readonly { id: string; kind: 'drift' | 'performance'; at: Date; until?: Date }[];
  probes: readonly { id: string; better: boolean; at: Date }[];
  /** Versions that people trained. */
  versions: readonly { version: number; requestedAt: Date; window: Window }[];
  /** How long a training takes. */
  minutes: number;
  /** What would be trained on, if the newest row happened then. */
  windowTo(newest: Date | undefined): Window;
  /** Now. */
  end: Date;
}

/** A training that a policy started, or would have. */
export interface ReplayedTraining {
  at: Date;
  trigger: Trigger;
  minutes: number;
}

const MINUTE_MS = 60_000;
/** Many years of the busiest schedule that a budget allows; more is a mistake of ours. */
const MOST_STEPS = 100_000;

/**
 * What a policy would have started over a history, judged by the same rules as a live one, at every moment at which its
 * answer can change. What its trainings would have gained is not known. Pure.
 */
export function replayPolicy(history: RetrainHistory, policy: RetrainPolicy): ReplayedTraining[] {
  const trained: ReplayedTraining[] = [];
  const events = eventsIn(history);
  let now = events[0];
  for (let step = 0; now !== undefined && now <= history.end; step += 1) {
    if (step > MOST_STEPS) throw new Error('replaying a retraining policy does not come to an end');
    const ruling = judgeRetraining(factsAt(now, history, trained), policy, now);
    const { minutes } = history;
    if (ruling.train) trained.push({ at: now, trigger: ruling.trigger, minutes });
    const until = ruling.train ? undefined : ruling.until;
    now = next(now, [
      ...events,
      ...(until ? [until] : []),
      ...ruling.triggers.flatMap((one) => (one.next ? [one.next] : [])),
      ...trained.slice(-1).map(endOf),
    ]);
  }
  return trained;
}

const endOf = ({ at, minutes }: ReplayedTraining): Date =>
  new Date(at.getTime() + Math.max(1, minutes * MINUTE_MS));

function eventsIn({ arrivals, alerts, probes, versions }: RetrainHistory): Date[] {
  return [
    ...[...arrivals, ...alerts, ...probes].map(({ at }) => at),
    ...versions.map(({ requestedAt }) => requestedAt),
  ].toSorted((a, b) => a.getTime() - b.getTime());
}

/** The first of them after `now`. */
function next(now: Date, moments: readonly Date[]): Date | undefined {
  const later = moments.map((one) => one.getTime()).filter((time) => time > now.getTime());
  return later.length === 0 ? undefined : new Date(Math.min(...later));
}

/** What the policy would have seen at `now`, after what it has started until then. */
function factsAt(
  now: Date,
  history: RetrainHistory,
  trained: readonly ReplayedTraining[],
): RetrainFacts {
  const known = history.arrivals.filter(({ at }) => at <= now);
  const newest = newestVersion(now, history, trained);
  const since = newest?.requestedAt ?? new Date(0);
  const isNew = ({ at }: { at: Date }) => at > since && at <= now;
  return {
    newest,
    arrivals: known.filter(isNew),
    alerts: history.alerts.filter((one) => isNew(one) && !(one.until && one.until <= now)),
    probes: history.probes.filter(isNew),
    trainings: trained.map((one): Retraining => retraining(one, now, history)),
    expectedMinutes: history.minutes,
    window: history.windowTo(newestRow(known) ?? now),
  };
}

function newestVersion(
  now: Date,
  { versions, arrivals, windowTo }: RetrainHistory,
  trained: readonly ReplayedTraining[],
): RetrainFacts['newest'] {
  const people = versions.filter(({ requestedAt }) => requestedAt <= now).at(-1);
  const own = trained.at(-1);
  if (!people || !own || own.at < people.requestedAt) return people;
  const known = arrivals.filter(({ at }) => at <= own.at);
  return {
    // As if the versions that people trained later had other numbers.
    version: people.version + trained.filter(({ at }) => at >= people.requestedAt).length,
    requestedAt: own.at,
    window: windowTo(newestRow(known) ?? own.at),
  };
}

function newestRow(arrivals: RetrainHistory['arrivals']): Date | undefined {
  const times = arrivals.flatMap(({ newest }) => (newest ? [newest.getTime()] : []));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

function retraining(
  one: ReplayedTraining,
  now: Date,
  { windowTo }: Pick<RetrainHistory, 'windowTo'>,
): Retraining {
  const { at, trigger, minutes } = one;
  const isOver = endOf(one) <= now;
  return {
    ...{ run: `replayed ${at.toISOString()}`, at, trigger, window: windowTo(at) },
    ...(isOver && { minutes, outcome: { kind: 'nothing', version: trigger.since } }),
  };
}
