import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { enginesOf } from '../../config/engines.ts';
import { environmentsOf, modelsOf } from '../../config/models.ts';
import { peopleOf } from '../../config/people.ts';
import { issueTicket } from '../../jobs/issue-ticket.ts';
import type { Card } from '../../src/core/card.ts';
import type { Endpoint } from '../../src/core/endpoint.ts';
import { WheelhouseError } from '../../src/core/errors.ts';
import type { Job } from '../../src/core/job.ts';
import type { ModelSpec } from '../../src/core/model.ts';
import type { Vote } from '../../src/core/ports/approvals.ts';
import type { Link } from '../../src/core/ports/jobs.ts';
import type { Run } from '../../src/core/ports/runs.ts';
import type { Subject } from '../../src/core/reply.ts';
import type { World } from '../../src/core/world.ts';
import { inspectDataset } from '../../src/datasets/inspect.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { openNotary } from '../../src/proof/notary.ts';
import { createTicketCheck } from '../../src/proof/ticket-check.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { createScorer } from '../../src/serving/batch.ts';
import { createDatasets } from '../../src/training/datasets.ts';
import { createEngines } from '../../src/training/engines/open.ts';
import { createProgramUsers } from '../../src/training/engines/users.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createPrograms } from '../../src/training/process.ts';
import { createArrivalReader } from '../../src/wiring/data/reader.ts';
import { createPredictionReader } from '../../src/wiring/prediction-reader.ts';
import { createProfileReader } from '../../src/wiring/profile-reader.ts';
import { createTrials } from '../../src/wiring/try/trials.ts';
import { closeCharts, createCharts } from '../compiled/charts.ts';
import { lendScoring } from '../compiled/lent-scoring.ts';
import { createWorld } from '../fakes/world.ts';
import { openLibrary } from '../registry/server.ts';
import { withQuickRows } from './quick-programs.ts';
import { specOf, writeWorkspace } from './workspace.ts';

export const PEOPLE = {
  dev: { name: 'Dev', role: 'operator', identities: {} },
  lead: { name: 'Lead', role: 'approver', identities: {} },
  ops: { name: 'Ops', role: 'admin', identities: {} },
} as const;

/**
 * The world of jobs over the real registry, real programs and real artifacts. Queued jobs are recorded, and run when a
 * test says so.
 */
/** @param secret an environment variable of the worker */
export async function openHarness(
  change: Partial<ModelSpec> = {},
  secret: (variable: string) => string | undefined = () => undefined,
) {
  const library = await openLibrary();
  const { registry } = library;
  const root = await mkdtemp(join(tmpdir(), 'wheelhouse-harness-'));
  const folder = join(root, 'workspace');
  await writeWorkspace(folder);
  const spec = { ...specOf(folder), ...change };
  const artifacts = createFolderArtifacts(join(root, 'artifacts'));
  const folders = createRunFolders(join(root, 'runs'));
  const programs = withQuickRows(createPrograms(folders));
  const scoring = lendScoring();
  const scorer = createScorer(artifacts, scoring.fork);
  const engines = createEngines({
    ...{ engines: enginesOf({}), runFolders: folders, users: createProgramUsers() },
    ...{ secret: () => undefined, signed: undefined, outlives: true },
  });
  const queued: { name: string; payload: unknown }[] = [];
  const published: string[] = [];
  const { versions, runs, approvals, deployments, alerts, findings, audit, links, outbox } =
    registry;
  const { quarantines, endpoints, arrivals, retrainings, proposals, tickets } = registry;
  const keys = join(root, 'keys');
  const witness = await openWitness(keys);
  const { clock } = library;
  const { notary, publish } = await openNotary({
    tickets,
    audit,
    clock,
    policy: 'f'.repeat(64),
    dir: keys,
  });
  await publish();

  const parts = {
    ...{ versions, runs, approvals, deployments, alerts, findings, audit, artifacts, scorer },
    links,
    subscriptions: registry.subscriptions,
    quarantines,
    ...{ knownTargets: registry.knownTargets, handledEvents: registry.handledEvents },
    dueEvents: registry.dueEvents,
    proposals,
    endpoints,
    freezes: { ...registry.freezes, calendar: { windows: [], readOnly: false } },
    arrivals,
    retrainings,
    pipelines: registry.pipelines,
    arrivalReader: createArrivalReader({
      ...{ programs, runFolders: folders, artifacts, hookCalls: registry.hookCalls },
      ...{ home: root, now: library.clock.now, secret },
    }),
    people: peopleOf(PEOPLE, {}),
    clock: library.clock,
    models: modelsOf([spec]),
    environments: environmentsOf(['production', 'staging']),
    replies: createReplies(outbox, async () => {}),
    ...{ programs, engines },
    trials: createTrials({ programs, folders, fork: scoring.fork, root: join(root, 'trials') }),
    datasets: createDatasets({
      ...{ programs, folders, artifacts, inspect: inspectDataset },
      arrivals,
    }),
    runFolders: folders,
    profiles: createProfileReader(registry.profiles, versions, deployments, [
      'production',
      'staging',
    ]),
    traffic: registry.traffic,
    tallies: registry.tallies,
    predictions: createPredictionReader(join(root, 'predictions'), 'production'),
    charts: createCharts(artifacts),
    ...{ tickets, witness, ticketCheck: createTicketCheck(tickets, keys) },
    jobs: {
      async enqueue(job: { name: string }, payload: unknown) {
        // What the policy process does, immediately.
        if (job.name === issueTicket.name)
          return issueTicket.perform(payload, policyWorld(), signal);
        queued.push({ name: job.name, payload });
      },
      /** Runs the jobs in this order, and stops at the first that fails. */
      async chain(links: readonly Link[]) {
        queued.push(...links.map(({ name, payload }) => ({ name, payload })));
      },
    },
    backlog: { trainings: async () => [] },
    bus: {
      async publish(topic: string, message: string) {
        published.push(`${topic} ${message}`);
      },
      subscribe: () => () => {},
    },
    gateway: {
      urlOf: () => 'http://127.0.0.1:1',
      async serving({ model, environment }: Endpoint) {
        const live = await deployments.live(model, environment);
        return live && { version: live.version, deployment: live.id };
      },
      problem: async () => undefined,
      behind: async () => [],
    },
  };
  const { signal } = new AbortController();
  const policyWorld = () => worldWith({ notary });
  /** Ports that a job must not use still throw. */
  const worldWith = (own: Partial<World>): World =>
    Object.defineProperties(createWorld(), Object.getOwnPropertyDescriptors({ ...parts, ...own }));

  return {
    ...library,
    ...parts,
    keys,
    notary,
    root,
    spec,
    outbox,
    queued,
    published,
    profileStore: registry.profiles,
    worldWith,
    /** Runs a job as its last attempt: failures are reported. */
    async perform(
      job: Job,
      payload: unknown,
      {
        signal = new AbortController().signal,
        ...own
      }: Partial<World> & { signal?: AbortSignal } = {},
    ): Promise<unknown> {
      const world = worldWith(own);
      try {
        await job.perform(payload, world, signal);
        return undefined;
      } catch (error) {
        await job.giveUp(payload, error, world);
        return error;
      }
    },
    /** As the bot stores it: with a receipt. */
    async vote(id: string, person: string, verdict: Vote['verdict'] = 'approve') {
      const vote: Vote = { person, verdict, at: clock.now(), via: 'web' };
      const receipt = witness.receipt(await approvals.get(id), vote);
      return approvals.vote(id, { ...vote, receipt });
    },
    async newRun(change: Partial<Run> = {}): Promise<Run> {
      const { kind = 'train', parameters = { quality: 'strong' }, versions = [] } = change;
      const { window = spec.training.window, newest, alert } = change;
      const id = `run-${randomUUID().slice(0, 8)}`;
      return runs.create({
        id,
        kind,
        model: 'flights',
        parameters,
        window,
        versions,
        ...(newest && { newest }),
        ...(alert !== undefined && { alert }),
        requestedBy: 'dev',
      });
    },
    /** As if the adapters had delivered it. */
    async postAll(subject: Subject): Promise<void> {
      const revision = (await outbox.load(subject))?.revision ?? 0;
      for (const copy of await outbox.copies(subject))
        await outbox.markDelivered(copy, `message of ${subject}`, revision);
    },
    async shown(subject: Subject): Promise<Card | undefined> {
      return (await outbox.load(subject))?.state.card;
    },
    /** The replies in the thread of a subject, by its key. */
    async told(subject: Subject, key: string): Promise<Card | undefined> {
      return (await outbox.load(`reply:${subject}/${key}`))?.state.card;
    },
    async end() {
      scoring.end();
      await closeCharts();
      await library.close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

export type Harness = Awaited<ReturnType<typeof openHarness>>;

class Crash extends Error {}

/**
 * Runs `job` in a process that dies right after write number `at` + 1, silently. False if the job ended before that.
 */
export async function dieAt(
  harness: Harness,
  job: Job,
  payload: unknown,
  at: number,
): Promise<boolean> {
  let left = at;
  let dead = false;
  const fragile = <P extends object>(port: P): P =>
    new Proxy(port, {
      get(target, name) {
        const real: unknown = Reflect.get(target, name);
        if (typeof real !== 'function' || !WRITES.includes(String(name))) return real;
        return async (...given: unknown[]) => {
          if (dead) throw new Crash('the process is dead');
          dead = left-- === 0;
          const result: unknown = await Reflect.apply(real, target, given);
          if (dead) throw new Crash('the process died here');
          return result;
        };
      },
    });
  const {
    runs,
    versions,
    replies,
    audit,
    jobs,
    approvals,
    deployments,
    alerts,
    findings,
    artifacts,
    arrivals,
    retrainings,
    pipelines,
    endpoints,
    engines,
    bus,
  } = harness;
  const world = harness.worldWith({
    runs: fragile(runs),
    versions: fragile(versions),
    replies: fragile(replies),
    audit: fragile(audit),
    jobs: fragile(jobs),
    approvals: fragile(approvals),
    deployments: fragile(deployments),
    alerts: fragile(alerts),
    findings: fragile(findings),
    artifacts: fragile(artifacts),
    arrivals: fragile(arrivals),
    retrainings: fragile(retrainings),
    pipelines: fragile(pipelines),
    endpoints: fragile(endpoints),
    engines: fragile(engines),
    bus: fragile(bus),
  });
  try {
    await job.perform(payload, world, new AbortController().signal);
  } catch (error) {
    if (error instanceof WheelhouseError) throw error;
    if (!dead) throw error;
  }
  return dead;
}

export const WRITES = [
  ...['begin', 'finish', 'register', 'addEvaluation', 'show', 'open', 'tell', 'record', 'enqueue'],
  ...[
    'refuse',
    'decide',
    'chain',
    'create',
    'markDeployed',
    'markConfirmed',
    'deploy',
    'rollBack',
    'raise',
    'carry',
    'probed',
    'resolve',
    'add',
  ],
  ...[
    'putFile',
    'putBytes',
    'execute',
    'start',
    'started',
    'used',
    'ended',
    'see',
    'forget',
    'change',
    'request',
    'propose',
    'publish',
  ],
];
