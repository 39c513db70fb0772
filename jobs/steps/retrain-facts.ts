import { NotFound } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Alert, AlertPart } from '../../src/core/ports/alerts.ts';
import type { Arrival } from '../../src/core/ports/arrivals.ts';
import type { RetrainState } from '../../src/core/ports/retrainings.ts';
import { FINAL, type Run } from '../../src/core/ports/runs.ts';
import type { Version } from '../../src/core/ports/versions.ts';
import type { RetrainPolicy } from '../../src/core/retrain-policy.ts';
import type { Needs } from '../../src/core/world.ts';
import { mayNotRequest } from '../../src/release/policy.ts';
import type { RetrainFacts } from '../../src/retraining/facts.ts';
import { trainingWindow } from '../../src/training/windows.ts';
import { dataReach } from './data-reach.ts';

export type FactParts = Needs<
  | 'models'
  | 'versions'
  | 'runs'
  | 'alerts'
  | 'arrivals'
  | 'deployments'
  | 'endpoints'
  | 'freezes'
  | 'profiles'
  | 'pipelines'
  | 'clock'
>;

/** More arrivals than any threshold needs. */
const MOST = 10_000;
/** Trainings by which the next one's duration is expected. */
const LAST = 5;
const MINUTE_MS = 60_000;

/** Everything that a retraining policy is judged by, but for what it has done itself. */
export async function retrainFacts(
  spec: ModelSpec,
  policy: RetrainPolicy,
  needs: FactParts,
): Promise<Omit<RetrainFacts, 'trainings'>> {
  const { name: model } = spec;
  const [version] = await needs.versions.list(model, 1);
  const recent = await needs.runs.list({ model, limit: 50 });
  const trainings = recent.filter(({ kind }) => kind === 'train');
  const running = trainings.find(({ status }) => !FINAL.includes(status))?.id;
  const held = await heldWords(spec, policy, needs);
  const requestedAt = version ? await requestOf(version, needs) : new Date(0);
  const arrivals = await needs.arrivals.list({
    ...{ model, statuses: ['accepted'], acceptedSince: requestedAt, limit: MOST },
  });
  return {
    ...(version && {
      newest: { version: version.number, requestedAt, window: version.dataset.window },
    }),
    arrivals: arrivals.toReversed().map(toArrival),
    ...(await alertsSince(requestedAt, spec, policy, needs)),
    ...{ running, held, expectedMinutes: expected(trainings.filter(({ imports }) => !imports)) },
    window: await nextWindow(spec, needs),
  };
}

/** When the training of a version was requested: its window was chosen then. */
async function requestOf(
  { run: id, createdAt }: Version,
  { runs, pipelines }: FactParts,
): Promise<Date> {
  const run = await runs.get(id).catch(unlessGone);
  const pipeline =
    run?.pipeline === undefined ? undefined : await pipelines.get(run.pipeline).catch(unlessGone);
  return pipeline?.createdAt ?? run?.createdAt ?? createdAt;
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof NotFound)) throw error;
}

const toArrival = ({ id, rows, times, checks }: Arrival): RetrainFacts['arrivals'][number] => ({
  ...{ id, rows },
  ...(times && { newest: times.to }),
  drifted: checks.some(({ name, status }) => name === 'drift' && status === 'note'),
});

/**
 * As long as the model's first window, ending where the newest data ends, but for the days that the new version is
 * evaluated on. Without arrivals that say when their rows happened, predictions say how far the data reaches.
 */
async function nextWindow(spec: ModelSpec, needs: FactParts) {
  const newest = await dataReach(spec.name, needs);
  return trainingWindow(spec, { from: undefined, to: undefined }, newest);
}

/** Alerts that no later training has answered yet, and probes for them. */
async function alertsSince(
  requestedAt: Date,
  { name: model }: ModelSpec,
  { to: environment }: RetrainPolicy,
  { alerts, deployments }: FactParts,
): Promise<Pick<RetrainFacts, 'alerts' | 'probes'>> {
  const live = await deployments.live(model, environment);
  const open = (await alerts.list({ model, environment, limit: 100 }))
    .filter(({ version }) => version === live?.version)
    .toReversed();
  const isNew = ({ foundAt }: AlertPart, { openedAt }: Alert) =>
    (foundAt ?? openedAt) > requestedAt;
  return {
    alerts: open.flatMap((alert) => {
      const found = alert.parts.filter((part) => !part.over && isNew(part, alert));
      const { id } = alert;
      return [
        ...(found.some(({ kind }) => kind === 'drift') ? [{ id, kind: 'drift' as const }] : []),
        ...(found.some(({ grade }) => grade === 'harm')
          ? [{ id, kind: 'performance' as const }]
          : []),
      ];
    }),
    probes: open.flatMap((alert) => {
      const { probe } = alert;
      if (!alert.parts.some((part) => isNew(part, alert))) return [];
      const retrained = probe?.found?.candidates.find((one) => one.version === undefined);
      return probe?.found ? [{ id: probe.run, better: (retrained?.found?.low ?? 0) > 0 }] : [];
    }),
  };
}

/** Why automation may not act at the endpoint that the result is for. */
export async function heldWords(
  { name: model, approval }: ModelSpec,
  { to: environment }: Pick<RetrainPolicy, 'to'>,
  { endpoints, freezes, clock }: Needs<'endpoints' | 'freezes' | 'clock'>,
): Promise<string | undefined> {
  const refused = mayNotRequest(
    { environment, automation: 'policy', expiresHours: approval.expiresHours },
    {
      endpoint: await endpoints.get({ model, environment }),
      frozen: { calendar: freezes.calendar, freezes: await freezes.current() },
      time: clock.now(),
    },
  );
  if (!refused) return undefined;
  return refused.code === 'held'
    ? refused.why
    : `${environment} is frozen: ${refused.status.frozen ?? ''}`;
}

/** The longest of the last trainings, in minutes. */
function expected(trainings: readonly Run[]): number {
  const took = trainings
    .filter(({ status }) => status === 'succeeded')
    .slice(0, LAST)
    .map(minutesOf);
  return Math.max(0, ...took);
}

export function minutesOf({ startedAt, finishedAt }: Run): number {
  return startedAt && finishedAt ? (finishedAt.getTime() - startedAt.getTime()) / MINUTE_MS : 0;
}

/** What the policy did is part of its facts, and changes with every write. */
export const withDone = (
  facts: Omit<RetrainFacts, 'trainings'>,
  { trainings }: RetrainState,
): RetrainFacts => ({ ...facts, trainings });
