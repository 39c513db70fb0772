import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { environmentsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { considerRetraining } from '../../jobs/consider-retraining.ts';
import { pipelineSteps } from '../../jobs/declared/index.ts';
import { followPipeline } from '../../jobs/follow-pipeline.ts';
import { lookForData } from '../../jobs/look-for-data.ts';
import { pipelineCheck } from '../../jobs/pipeline-check.ts';
import { pipelinePromote } from '../../jobs/pipeline-promote.ts';
import { performStep } from '../../jobs/steps/pipeline/perform.ts';
import { inRunOf } from '../../jobs/steps/pipeline/run-of.ts';
import { Unreachable } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { HookCalls } from '../../src/core/ports/hook-calls.ts';
import type { Link } from '../../src/core/ports/jobs.ts';
import type { RetrainPolicy } from '../../src/core/retrain-policy.ts';
import type { World } from '../../src/core/world.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { createWorld } from '../fakes/world.ts';
import { openLibrary } from '../registry/server.ts';
import { tries, WHOLE } from '../sweep.ts';
import { flights } from '../training/spec.ts';
import { type Coming, coming, DATA, openSources, SOURCES, type SourceName } from './data-storm.ts';
import { PEOPLE, WRITES } from './harness.ts';

const HOUR_S = 3600;
const POLICY: RetrainPolicy = {
  ...{ owner: 'dev', to: 'production', budget: { trainings: 2 } },
  triggers: [{ on: 'data', rows: 100, coolDownMs: HOUR_S * 1000, minGain: 0, result: 'propose' }],
};
const SPEC: ModelSpec = {
  ...flights,
  homes: [{ platform: 'web', channel: 'flights' }],
  data: DATA,
  retrain: POLICY,
};
type Doing =
  | { do: 'look'; source: SourceName; crash: number | null }
  | { do: 'consider'; crash: number | null }
  | { do: 'work'; crash: number | null };
/** The bot dies during a call. */
type Event = Doing | { do: 'come'; one: Coming; crash: number | null };

/** Every second call, look, decision and job dies somewhere. */
const crash = fc.option(fc.nat({ max: 9 }), { freq: 2 });
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 15,
    arbitrary: fc.record({
      ...{ do: fc.constant('come' as const), one: coming },
      crash: fc.option(fc.nat({ max: 1 }), { freq: 2 }),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      ...{ do: fc.constant('look' as const), source: fc.constantFrom(...SOURCES), crash },
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('consider' as const), crash }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('work' as const), crash }) },
);

class Crash extends Error {}

/** Ports of a process that dies right after write number `at` + 1. */
function fragileAt(at: number) {
  let left = at;
  let dead = false;
  return <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name) {
        const real: unknown = Reflect.get(target, name);
        if (typeof real !== 'function' || !DEADLY.includes(String(name))) return real;
        return async (...given: unknown[]) => {
          if (dead) throw new Crash('the process is dead');
          dead = left-- === 0;
          const result: unknown = await Reflect.apply(real, target, given);
          if (dead) throw new Crash('the process died here');
          return result;
        };
      },
    });
}

const DEADLY = [...WRITES, 'append', 'create', 'laidOut', 'prune'];

/** Its world. */
function dying(world: World, at: number | null, readerOver: ReaderOver, calls: HookCalls): World {
  if (at === null) return world;
  const fragile = fragileAt(at);
  const { arrivals, retrainings, pipelines, runs, versions, approvals, audit, replies, jobs } =
    world;
  return Object.defineProperties(
    createWorld(),
    Object.getOwnPropertyDescriptors({
      ...worldOf(world),
      arrivalReader: readerOver(fragile(calls)),
      arrivals: fragile(arrivals),
      retrainings: fragile(retrainings),
      pipelines: fragile(pipelines),
      runs: fragile(runs),
      versions: fragile(versions),
      approvals: fragile(approvals),
      audit: fragile(audit),
      replies: fragile(replies),
      jobs: fragile(jobs),
    }),
  );
}

/** What the jobs use, without the ports that the test's world refuses. */
const worldOf = (world: World) => ({
  ...{ clock: world.clock, people: world.people, models: world.models, alerts: world.alerts },
  ...{ environments: world.environments, deployments: world.deployments },
  ...{ endpoints: world.endpoints, freezes: world.freezes, profiles: world.profiles },
  runFolders: world.runFolders,
});

type ReaderOver = Awaited<ReturnType<typeof openSources>>['readerOver'];

async function openStorm() {
  const library = await openLibrary();
  const { registry, clock } = library;
  const { arrivals, retrainings, pipelines, runs, versions, approvals, audit } = registry;
  const { deployments, endpoints, alerts, hookCalls } = registry;
  const sources = await openSources(clock, SPEC);
  const queued: { name: string; payload: unknown }[] = [];
  const asked = new Set<string>();
  let ticks = 0;
  const world: World = Object.defineProperties(
    createWorld(),
    Object.getOwnPropertyDescriptors({
      ...{ clock, arrivals, retrainings, pipelines, runs, versions, approvals, audit },
      ...{ deployments, endpoints, alerts, arrivalReader: sources.readerOver(hookCalls) },
      runFolders: { log: async () => {} },
      freezes: { ...registry.freezes, calendar: { windows: [], readOnly: false } },
      people: peopleOf(PEOPLE, {}),
      models: sources.models,
      environments: environmentsOf(['production']),
      replies: createReplies(registry.outbox, async () => {}),
      profiles: { watermark: async () => undefined },
      jobs: {
        async enqueue({ name }: { name: string }, payload: { approval?: string }) {
          if (name === 'request-promotion') asked.add(payload.approval ?? '');
          else queued.push({ name, payload });
        },
        async chain(links: readonly Link[]) {
          for (const { name, payload } of links) {
            const isThere = queued.some(
              (one) => one.name === name && isDeepStrictEqual(one.payload, payload),
            );
            if (!isThere) queued.push({ name, payload });
          }
        },
      },
    }),
  );
  const version = async (run: string, at: World) => {
    const { window } = await at.runs.get(run);
    return at.versions.register({
      ...{ model: 'flights', run, artifact: { sha256: 'a'.repeat(64), bytes: 1 } },
      ...{ dataset: { window, sha256: 'b'.repeat(64), rows: 1 }, parameters: {}, runtime: {} },
      ...{ code: { revision: 'r', dirty: false }, reported: {}, createdBy: 'dev' },
    });
  };
  await runs.create({
    ...{ id: 'run-first', kind: 'train', model: 'flights', parameters: {}, versions: [] },
    ...{ window: SPEC.training.window, requestedBy: 'dev' },
  });
  await version('run-first', world);
  await runs.finish('run-first', { status: 'succeeded', version: 1 });

  /** One queued job, which stays queued if its process dies. */
  async function work(at: World): Promise<void> {
    const [next] = queued;
    if (!next) return;
    const { signal } = new AbortController();
    if (next.name === 'pipeline-check') await pipelineCheck.perform(next.payload, at, signal);
    else if (next.name === 'pipeline-promote')
      await pipelinePromote.perform(next.payload, at, signal);
    else {
      // As a worker runs them, but without the programs.
      const payload = pipelineSteps.train.payload.parse(next.payload);
      if (next.name === 'pipeline-train')
        await performStep('train', payload, at, {
          run: (step) =>
            inRunOf(step, at, signal, async (run) => {
              const made = await version(run.id, at);
              clock.forward(HOUR_S / 4);
              return { made: { version: made.number } };
            }),
        });
      for (const step of ['prepare', 'evaluate', 'compare'] as const)
        if (next.name === `pipeline-${step}`)
          await performStep(step, payload, at, { run: async () => ({ made: {} }) });
    }
    queued.shift();
  }

  async function act(one: Event): Promise<void> {
    const { signal } = new AbortController();
    if (one.do === 'come') {
      const calls = one.crash === null ? hookCalls : fragileAt(one.crash)(hookCalls);
      return sources.come(one.one, calls);
    }
    const at = dying(world, one.crash, sources.readerOver, hookCalls);
    if (one.do === 'consider') {
      await considerRetraining.perform({ model: 'flights' }, at, signal);
      for (const { id } of await pipelines.list({ open: clock.now(), limit: 100 }))
        await followPipeline.perform({ pipeline: id }, at, signal);
      return;
    }
    if (one.do === 'work') return work(at);
    ticks += 1;
    const payload = { model: 'flights', source: one.source, look: String(ticks) };
    return lookForData.perform(payload, at, signal).catch((error: unknown) => {
      // The source's program failed: its files are half written.
      if (!(error instanceof Unreachable)) throw error;
    });
  }

  async function play(one: Event): Promise<void> {
    await act(one).catch((error: unknown) => {
      if (!(error instanceof Crash)) throw error;
    });
  }
  const close = async () => {
    await sources.end();
    await library.close();
  };
  return { ...library, sources, queued, asked, play, close };
}

let offered = 0;

it('each arrival is judged once, nothing is trained twice or lost, and no budget is exceeded', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(event, fc.integer({ min: 1, max: 2 * HOUR_S })), {
        ...{ minLength: 90, maxLength: 110, size: 'max' },
      }),
      async (events) => {
        const storm = await openStorm();
        const { registry, clock, play } = storm;
        try {
          for (const [one, seconds] of events) {
            if (one.do === 'come') offered += 1;
            await play(one);
            clock.forward(seconds);
          }
          const before = await registry.arrivals.list({ limit: 1000 });
          await play({ do: 'come', one: { do: 'complete' }, crash: null });
          for (let round = 0; round < 6; round += 1) {
            clock.forward(900);
            for (const source of SOURCES) await play({ do: 'look', source, crash: null });
            await play({ do: 'consider', crash: null });
            while (storm.queued.length > 0) await play({ do: 'work', crash: null });
          }
          await expectWhole(storm, before);
        } finally {
          await storm.close();
        }
      },
    ),
    { ...tries(24), endOnFailure: true },
  );
  if (WHOLE) expect(offered).toBeGreaterThanOrEqual(1000);
}, 900_000);

async function expectWhole(
  { registry, sources, asked }: Awaited<ReturnType<typeof openStorm>>,
  before: Awaited<ReturnType<typeof registry.arrivals.list>>,
): Promise<void> {
  const arrivals = await registry.arrivals.list({ limit: 1000 });
  // Each was judged once: every content has one arrival, and no verdict was replaced.
  const shas = arrivals.map(({ sha256 }) => sha256);
  expect(new Set(shas).size).toBe(shas.length);
  for (const text of await sources.there(registry.hookCalls))
    expect(shas).toContain(createHash('sha256').update(text).digest('hex'));
  expect(await registry.hookCalls.waiting('flights', 'pushed')).toBe(0);
  expect(arrivals.filter(({ id }) => before.some((one) => one.id === id))).toEqual(before);
  const left = await registry.arrivals.excluded('flights');
  for (const { id, name, rows, status } of arrivals) {
    if (status !== 'accepted') expect(left).toContain(name);
    expect(status).toBe(rows === 0 ? 'quarantined' : 'accepted');
    expect(await registry.audit.list({ subject: id })).toHaveLength(1);
    const posted = await registry.outbox.load(`arrival:${id}`);
    expect(posted !== undefined).toBe(status === 'quarantined');
  }
  // Each was trained once: every run of the policy is in its record, and made one version.
  const { trainings } = await registry.retrainings.get('flights');
  const runs = (await registry.runs.list({ model: 'flights', limit: 1000 })).filter(
    ({ trigger }) => trigger,
  );
  expect(runs.map(({ id }) => id).toSorted()).toEqual(trainings.map(({ run }) => run).toSorted());
  const versions = await registry.versions.list('flights', 1000);
  expect(versions).toHaveLength(1 + runs.length);
  // Nothing is lost: each was proposed once, and its gates were queued.
  const approvals = await registry.approvals.list({ model: 'flights', limit: 1000 });
  expect(approvals.map(({ version }) => version).toSorted()).toEqual(
    versions
      .map(({ number }) => number)
      .filter((number) => number > 1)
      .toSorted(),
  );
  expect([...asked].toSorted()).toEqual(approvals.map(({ id }) => id).toSorted());
  for (const { outcome } of trainings) expect(outcome?.kind).toBe('proposed');
  // The budget of any seven days, and the cool-down.
  const times = trainings.map(({ at }) => at.getTime());
  for (const [at, time] of times.entries()) {
    const week = times.filter((other) => other <= time && time - other < 7 * 86_400_000);
    expect(week.length).toBeLessThanOrEqual(2);
    if (at > 0) expect(time - (times[at - 1] ?? 0)).toBeGreaterThanOrEqual(HOUR_S * 1000);
  }
}
