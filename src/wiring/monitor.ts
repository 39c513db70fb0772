import { setTimeout as pause } from 'node:timers/promises';
import { schedule } from 'node-cron';
import { checkMonitor } from '../../jobs/check-monitor.ts';
import {
  advanceRollout,
  considerRetraining,
  deliverWebhooks,
  exportVersions,
  followPipeline,
  lookForData,
  tellSubscribers,
} from '../../jobs/declared/index.ts';
import { postAuditHead } from '../../jobs/post-audit-head.ts';
import { postDigest } from '../../jobs/post-digest.ts';
import { tidy } from '../../jobs/tidy.ts';
import { watchAlerts } from '../../jobs/watch-alerts.ts';
import { duePeriods } from '../core/digest.ts';
import { specIn } from '../core/model.ts';
import type { World } from '../core/world.ts';
import { compactions } from './compaction.ts';
import type { Container } from './container.ts';
import { drills } from './drills.ts';
import { createProfiling } from './profiling.ts';
import type { Running } from './role.ts';
import { sweeps } from './storage/sweeps.ts';
import { watchTargets } from './target-watch.ts';
import { watchState } from './telemetry/state.ts';

const PROFILE_EVERY_MS = 1000;
const TOLD_WITHIN_MS = 60_000;
const MOST_PIPELINES = 500;

/** The monitor role: folds predictions into profiles, and calls for a look whenever it is time. */
export async function startMonitor(container: Container): Promise<Running> {
  const { workspace, log } = container;
  const world = container.world([]);
  watchState(container);
  const ending = new AbortController();
  const profiling = createProfiling(container);

  const endpoints = workspace.models
    .list()
    .flatMap(({ name }) =>
      workspace.environments.list().map((environment) => ({ model: name, environment })),
    );
  // One loop each: what stops one stops no other.
  const profile = Promise.all(
    endpoints.map((endpoint) =>
      repeat(
        PROFILE_EVERY_MS,
        ending.signal,
        async () => void (await profiling.fold(endpoint, ending.signal)),
        (err) => log.warn({ err, ...endpoint }, 'profiling the predictions'),
      ),
    ),
  );

  const targets = watchTargets(world, log);
  const tasks = [
    targets,
    ...checks(container, world),
    ...looks(container, world),
    ...digests(container, world),
    drills(container, world),
    ...deliveries(container, world),
    schedule(
      '*/15 * * * * *',
      async ({ date }) => {
        const tick = date.toISOString();
        await world.jobs.enqueue(tidy, { tick }).catch(said('tidying'));
        await world.jobs.enqueue(watchAlerts, { tick }).catch(said('watching the alerts'));
        for (const { name: model, retrain } of workspace.models.list())
          if (retrain)
            await world.jobs
              .enqueue(considerRetraining, { model })
              .catch(said('considering a retraining'));
      },
      { noOverlap: true },
    ),
    schedule(
      '*/5 * * * * *',
      async () => {
        await lookAtRollouts(world).catch(said('looking at rollouts'));
        await lookAtPipelines(world).catch(said('looking at pipelines'));
      },
      { noOverlap: true },
    ),
    schedule(
      workspace.audit.schedule,
      ({ date }) =>
        world.jobs
          .enqueue(postAuditHead, {
            day: date.toISOString().slice(0, 10),
            homes: workspace.audit.homes,
          })
          .catch(said('posting the head of the audit log')),
      { noOverlap: true, timezone: 'UTC' },
    ),
    ...sweeps(container, ending.signal),
    compactions(container, world, ending.signal),
  ];
  function said(what: string) {
    return (err: unknown): void => log.warn({ err }, what);
  }

  return {
    ready: {},
    async stop() {
      ending.abort();
      for (const task of tasks) await task.destroy();
      await profile;
    },
  };
}

/** Also at those that ended a moment ago: whoever ended one may have died before it was told. */
async function lookAtRollouts({ endpoints, jobs, clock }: World): Promise<void> {
  const lately = clock.now().getTime() - TOLD_WITHIN_MS;
  for (const { model, environment, rollout, ended } of await endpoints.list()) {
    const justEnded = ended && ended.at.getTime() > lately ? ended : undefined;
    const deployment = (rollout ?? justEnded)?.deployment;
    if (deployment !== undefined)
      await jobs.enqueue(advanceRollout, { model, environment, deployment });
  }
}

/** As for rollouts. */
async function lookAtPipelines({ pipelines, jobs, clock }: World): Promise<void> {
  const lately = new Date(clock.now().getTime() - TOLD_WITHIN_MS);
  for (const { id } of await pipelines.list({ open: lately, limit: MOST_PIPELINES }))
    await jobs.enqueue(followPipeline, { pipeline: id });
}

/** At their time, and at the start for what was due while nothing ran; each is posted once. */
function digests({ workspace, log }: Container, { jobs, clock }: World) {
  const { digest } = workspace;
  if (!digest) return [];
  const { homes, ...times } = digest;
  const post = async (now: Date) => {
    for (const { from, to, ...period } of duePeriods(times, now)) {
      const window = { from: from.toISOString(), to: to.toISOString() };
      await jobs.enqueue(postDigest, { ...period, ...window, homes });
    }
  };
  const failed = (err: unknown) => log.warn({ err }, 'posting the digest');
  void post(clock.now()).catch(failed);
  const { at, timezone } = times;
  const cron = `${at % 60} ${Math.floor(at / 60)} * * *`;
  return [schedule(cron, ({ date }) => post(date).catch(failed), { noOverlap: true, timezone })];
}

/** Every process of a fleet calls at the same tick; the queue takes the first and knows the others for its twins. */
function checks({ workspace, log }: Container, { jobs }: World) {
  const watched = workspace.models
    .list()
    .flatMap((spec) =>
      workspace.environments
        .list()
        .flatMap((environment) =>
          specIn(spec, environment).monitors.map((monitor) => ({ spec, environment, monitor })),
        ),
    );
  return watched.map(({ spec, environment, monitor }) =>
    schedule(
      monitor.schedule,
      ({ date }) =>
        jobs
          .enqueue(checkMonitor, {
            ...{ model: spec.name, environment, monitor: monitor.name },
            tick: date.toISOString(),
          })
          .catch((err: unknown) => log.warn({ err }, 'calling for a check')),
      { noOverlap: true },
    ),
  );
}

/** Whether there is anything to send is for the jobs to see. */
function deliveries({ workspace, log }: Container, { jobs }: World) {
  const calls = [
    () => jobs.enqueue(tellSubscribers, {}),
    ...(workspace.tracking?.exports ? [() => jobs.enqueue(exportVersions, {})] : []),
    ...workspace.webhooks.list().map(
      ({ name: receiver }) =>
        () =>
          jobs.enqueue(deliverWebhooks, { receiver }),
    ),
  ];
  const failed = (err: unknown) => log.warn({ err }, 'calling for the delivery of events');
  return calls.map((call) =>
    schedule('*/3 * * * * *', () => call().catch(failed), { noOverlap: true }),
  );
}

/** As `checks`: processes that call at the same tick ask for the same look. */
function looks({ workspace, log }: Container, { jobs }: World) {
  const sources = workspace.models
    .list()
    .flatMap(({ name, data = [] }) => data.map((source) => ({ model: name, source })));
  return sources.map(({ model, source }) =>
    schedule(
      source.schedule,
      ({ date }) =>
        jobs
          .enqueue(lookForData, { model, source: source.name, look: date.toISOString() })
          .catch((err: unknown) => log.warn({ err }, 'looking for new data')),
      { noOverlap: true },
    ),
  );
}

/** One round after the other until the signal; a round that fails is told of and the next one tried. */
async function repeat(
  ms: number,
  signal: AbortSignal,
  round: () => Promise<void>,
  failed: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    await round().catch((error: unknown) => {
      if (!signal.aborted) failed(error);
    });
    await pause(ms, undefined, { signal }).catch(() => undefined);
  }
}
