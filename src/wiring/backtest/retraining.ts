import type { ModelSpec } from '../../core/model.ts';
import { FINAL, type Run } from '../../core/ports/runs.ts';
import type { RetrainPolicy } from '../../core/retrain-policy.ts';
import type { Registry } from '../../registry/index.ts';
import {
  type ReplayedTraining,
  type RetrainHistory,
  replayPolicy,
} from '../../retraining/replay.ts';
import { trainingWindow } from '../../training/windows.ts';

export interface RetrainBacktest {
  /** Trainings that a policy started, and those that this one would have. */
  was: ReplayedTraining[];
  would: ReplayedTraining[];
}

type Stored = Pick<Registry, 'runs' | 'versions' | 'arrivals' | 'alerts'>;

const MOST = 10_000;
const MOST_ALERTS = 1000;
/** As the live policy expects them. */
const LAST = 5;
const MINUTE_MS = 60_000;

/** Replays what is stored of a model through its retraining policy as `spec` has it now. Writes nothing. */
export async function backtestRetraining(
  spec: ModelSpec,
  policy: RetrainPolicy,
  since: Date | undefined,
  registry: Stored,
  now: Date,
): Promise<RetrainBacktest> {
  const runs = (await registry.runs.list({ model: spec.name, limit: MOST }))
    .filter(({ kind, imports }) => kind === 'train' && !imports)
    .toReversed();
  const history = await historyOf(spec, policy, runs, registry, now);
  const isLater = ({ at }: ReplayedTraining) => !since || at >= since;
  const was = runs.flatMap((run): ReplayedTraining[] =>
    run.trigger ? [{ at: run.createdAt, trigger: run.trigger, minutes: minutesOf(run) }] : [],
  );
  return { was: was.filter(isLater), would: replayPolicy(history, policy).filter(isLater) };
}

const minutesOf = ({ startedAt, finishedAt }: Run): number =>
  startedAt && finishedAt ? (finishedAt.getTime() - startedAt.getTime()) / MINUTE_MS : 0;

async function historyOf(
  spec: ModelSpec,
  { to: environment }: RetrainPolicy,
  runs: readonly Run[],
  { versions, arrivals, alerts }: Stored,
  end: Date,
): Promise<RetrainHistory> {
  const model = spec.name;
  const byId = new Map(runs.map((run) => [run.id, run]));
  const accepted = await arrivals.list({ model, statuses: ['accepted'], limit: MOST });
  const raised = (
    await alerts.list({ model, environment, includeResolved: true, limit: MOST_ALERTS })
  ).toReversed();
  const lasted = runs
    .filter(({ status }) => FINAL.includes(status) && status === 'succeeded')
    .slice(-LAST)
    .map(minutesOf);
  return {
    arrivals: accepted
      .toReversed()
      .map(({ id, rows, times, checks, at, acceptedAt }) => ({
        ...{ id, rows, at: acceptedAt ?? at },
        ...(times && { newest: times.to }),
        drifted: checks.some(({ name, status }) => name === 'drift' && status === 'note'),
      }))
      .toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    alerts: raised.flatMap(({ id, parts, openedAt, resolvedAt }) =>
      parts.flatMap(({ kind, grade, foundAt }): RetrainHistory['alerts'] => {
        const when = { id, at: foundAt ?? openedAt, ...(resolvedAt && { until: resolvedAt }) };
        if (kind === 'drift') return [{ ...when, kind: 'drift' }];
        return grade === 'harm' ? [{ ...when, kind: 'performance' }] : [];
      }),
    ),
    probes: raised.flatMap(({ probe }): RetrainHistory['probes'] => {
      const retrained = probe?.found?.candidates.find((one) => one.version === undefined);
      if (!probe?.found) return [];
      return [{ id: probe.run, at: probe.at, better: (retrained?.found?.low ?? 0) > 0 }];
    }),
    versions: (await versions.list(model, MOST)).toReversed().flatMap((version) => {
      const run = byId.get(version.run);
      if (run?.trigger) return [];
      const requestedAt = run?.createdAt ?? version.createdAt;
      return [{ version: version.number, requestedAt, window: version.dataset.window }];
    }),
    minutes: Math.max(0, ...lasted),
    windowTo: (newest) => trainingWindow(spec, { from: undefined, to: undefined }, newest),
    end,
  };
}
