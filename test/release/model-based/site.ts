import { randomUUID } from 'node:crypto';
import { commands } from '../../../commands/index.ts';
import { jobs } from '../../../jobs/index.ts';
import { issueTicket } from '../../../jobs/issue-ticket.ts';
import { overridden, recordOverride } from '../../../jobs/steps/override.ts';
import { supersedeOlder } from '../../../jobs/steps/supersede.ts';
import type { Endpoint } from '../../../src/core/endpoint.ts';
import { WheelhouseError } from '../../../src/core/errors.ts';
import { digestOfEvidence } from '../../../src/core/evidence.ts';
import type { Job } from '../../../src/core/job.ts';
import { isFailed, type JudgedGate } from '../../../src/core/judged-gate.ts';
import type { Approvals } from '../../../src/core/ports/approvals.ts';
import type { Audit } from '../../../src/core/ports/audit.ts';
import type { Deployments } from '../../../src/core/ports/deployments.ts';
import type { Queueable } from '../../../src/core/ports/jobs.ts';
import type { TallyStore } from '../../../src/core/ports/tallies.ts';
import type { Reply } from '../../../src/core/reply.ts';
import type { RolloutPlan } from '../../../src/core/rollout.ts';
import type { World } from '../../../src/core/world.ts';
import { createDispatch } from '../../../src/dispatch/index.ts';
import { dieAt, openHarness } from '../../jobs/harness.ts';
import { atOnce, paced, type Turn } from './in-turns.ts';
import { ACCOUNTS, type Account, changingPeople } from './people.ts';
import { createWitness } from './witness.ts';

export const ENVIRONMENTS = ['production', 'staging'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];
export const VERSIONS = 3;
const MINUTE = 60_000;

/** Production goes live step by step, staging at once. */
const rollout: RolloutPlan = {
  steps: [
    { weight: 25, shadow: false, forMs: MINUTE },
    { weight: 100, shadow: false, forMs: 0 },
  ],
  limits: { errors: 0.02, latency: 0.15, answers: 0.3, flipped: 0.2, performance: 0.05 },
  alpha: 0.05,
};

/** Additional steps of production on a careful site. */
const SHADOW = { weight: 0, shadow: true, forMs: MINUTE };
export const UNDO_SECONDS = 10;

/** For platforms that need no call for it. */
const DIRECT: World['directMessages'] = {
  open: async ({ platform, user }) => ({ platform, channel: `with-${user}`, direct: true }),
  channelOf: ({ platform, channel }) => ({ platform, channel }),
};

const FAILED: JudgedGate = { name: 'worst slice', passed: false, words: 'It is worse.' };

/** A fix that is taken out. */
export interface Broken {
  approvals?: (real: Approvals) => Partial<Approvals>;
  deployments?: (real: Deployments) => Partial<Deployments>;
  tallies?: (real: TallyStore) => Partial<TallyStore>;
  audit?: (real: Audit) => Partial<Audit>;
  /** What a command queues. */
  payload?: (name: string, payload: unknown) => unknown;
}

interface Queued {
  name: string;
  payload: unknown;
  /** While a job with this key waits, another one is a duplicate. */
  key: string;
}

/**
 * A whole site without its processes: real commands, jobs, policy, tickets and registry. Only evidence is stored as
 * given, and the test provides the gateway's counts. `remembered`: state that processes keep in memory.
 */
export async function openSite(
  broken: Broken = {},
  remembered: () => Partial<World> = () => ({}),
  { isCareful = false, confirms = false } = {},
) {
  const approval = {
    ...{ needed: 2, expiresHours: 24 },
    ...(confirms && { confirm: 'direct-message' as const }),
  };
  const production = {
    rollout: { ...rollout, steps: [SHADOW, ...rollout.steps] },
    approval: { ...approval, undoSeconds: UNDO_SECONDS },
  };
  const harness = await openHarness({
    ...{ approval, rollout },
    environments: { ...(isCareful && { production }), staging: { rollout: undefined } },
  });
  /** Environments in which a gate fails. */
  const failing = new Set<string>();
  const { approvals, deployments, endpoints, versions, clock, links } = harness;
  const { people, change: changeRole } = changingPeople(links);
  const queue: Queued[] = [];
  const faults: unknown[] = [];
  /** The deployments that somebody asked to roll back. */
  const meant = new Set<string>();
  const rollbacks = new Set<string>();
  /** Drills that somebody asked for, by environment. */
  const drills: string[] = [];
  const witness = createWitness({ ...harness, people });

  for (let number = 1; number <= VERSIONS; number++) {
    const artifact = await harness.artifacts.putBytes(Buffer.from(`model ${number}`));
    const { window } = harness.spec.training;
    await versions.register({
      ...{ model: 'flights', run: `run-${number}`, artifact, parameters: {}, createdBy: 'dev' },
      dataset: { window, sha256: 'd'.repeat(64), rows: 10 },
      ...{ code: { revision: 'abc', dirty: false }, runtime: {}, reported: {} },
    });
  }

  async function enqueue<P>(job: Queueable<P>, payload: P): Promise<void> {
    const { name } = job;
    if (name === issueTicket.name) {
      const world = worldOf(atOnce, { notary: harness.notary });
      return issueTicket.perform(payload, world, new AbortController().signal);
    }
    const given = broken.payload?.(name, payload) ?? payload;
    if (name === 'roll-back') {
      meant.add(textAt(payload, 'replaces'));
      rollbacks.add(textAt(given, 'id'));
    }
    if (name === 'drill') drills.push(textAt(payload, 'environment'));
    const key = given === payload ? `${name}/${job.once(payload)}` : randomUUID();
    if (queue.every((one) => one.key !== key)) queue.push({ name, payload: given, key });
  }

  /** Ports outside the harness, or replacing its own, with every registry call in turn. */
  function partsOf(turn: Turn) {
    const brokenApprovals = { ...approvals, ...broken.approvals?.(approvals) };
    const brokenDeployments = { ...deployments, ...broken.deployments?.(deployments) };
    return {
      people,
      approvals: paced(brokenApprovals, turn),
      deployments: paced(witness.watching(brokenDeployments, turn), turn),
      endpoints: paced(endpoints, turn),
      freezes: paced(harness.freezes, turn),
      audit: paced({ ...harness.audit, ...broken.audit?.(harness.audit) }, turn),
      tallies: { ...harness.tallies, ...broken.tallies?.(harness.tallies) },
      jobs: { enqueue, chain: harness.jobs.chain },
      directMessages: DIRECT,
    };
  }
  const worldOf = (turn: Turn, own: Partial<World> = {}): World =>
    harness.worldWith({ ...partsOf(turn), ...remembered(), ...own });

  /** `id`: that of the event, which a platform may repeat. */
  async function invoke(
    account: Account,
    line: string,
    turn: Turn = atOnce,
    id: string = randomUUID(),
  ): Promise<Reply> {
    const by = ACCOUNTS[account];
    const [command = '', ...rest] = line.split(' ');
    const { dispatch } = createDispatch(commands, worldOf(turn), {
      log: { info() {}, warn() {}, error: ({ err }: { err?: unknown }) => void faults.push(err) },
      ...{ emoji: { approve: [], reject: [] }, platforms: [] },
      ...{ keep: async () => {}, recount: async () => {} },
    });
    const from = { platform: by.platform, channel: 'flights' };
    return dispatch.invoke({ id, command, input: rest.join(' '), by, from });
  }

  /** Replaces the gates: stores what they would have found. */
  async function storeEvidence(id: string): Promise<void> {
    const approval = await approvals.get(id);
    const { model, version: number, environment, override } = approval;
    const world = worldOf(atOnce);
    if (override) await recordOverride(approval, override, world);
    const gates = await overridden(failing.has(environment) ? [FAILED] : [], approval, world);
    const version = await versions.resolve(model, String(number));
    const live = await deployments.live(model, environment);
    const shown = {
      ...{ artifact: version.artifact.sha256, gates, metrics: {} },
      ...(live && { champion: live.version }),
    };
    const evidence = { ...shown, digest: digestOfEvidence(shown) };
    if (gates.some(isFailed)) return void (await approvals.refuse(id, evidence, 'A gate fails.'));
    const expires = new Date(clock.now().getTime() + 24 * 60 * MINUTE);
    await approvals.open(id, evidence, expires);
    const stored = await approvals.get(id);
    if (stored.status === 'open') await supersedeOlder(stored, worldOf(atOnce));
  }

  /** The gateway answers at once, and reports a restored version that was replaced since as absent. */
  const gatewayFor = (payload: unknown): World['gateway'] => ({
    ...harness.gateway,
    problem: async () => ({
      ...{ version: 0, deployment: textAt(payload, 'id') },
      error: 'It was replaced.',
    }),
  });

  /** Runs the oldest job, or the nth waiting one; `dies`: the process dies after this many writes. */
  async function work(nth = 0, { dies, turn = atOnce }: { dies?: number; turn?: Turn } = {}) {
    const [taken] = queue.splice(nth % Math.max(1, queue.length), 1);
    if (!taken) return;
    const { name, payload } = taken;
    if (name === 'request-promotion') return storeEvidence(textAt(payload, 'approval'));
    const job: Job | undefined = jobs.find((one) => one.name === name);
    if (!job) throw new Error(`there is no job ${name}`);
    const parts = partsOf(turn);
    const world = (own: Partial<World>) => worldOf(turn, { gateway: gatewayFor(payload), ...own });
    const mine = { ...harness, ...parts, worldWith: world };
    if (dies !== undefined && (await dieAt(mine, job, payload, dies).catch(refused))) {
      queue.push(taken); // The queue gives it to the next process.
      return;
    }
    const { signal } = new AbortController();
    try {
      await job.perform(payload, world({}), signal);
    } catch (error) {
      if (!(error instanceof WheelhouseError)) throw error;
      await job.giveUp(payload, error, world({}));
    }
  }

  async function workAll(): Promise<void> {
    for (let left = 100; queue.length > 0; left--) {
      if (left === 0) throw new Error(`${queue[0]?.name} is queued again and again`);
      await work();
    }
  }

  const endpointOf = (environment: string): Endpoint => ({ model: 'flights', environment });
  return {
    ...harness,
    ...{ people, changeRole, queue, faults, meant, rollbacks, witness, failing, isCareful, drills },
    /** By request: when it last had too few votes. */
    short: new Map<string, Date>(),
    /** By deployment: the last seen step of its rollout. */
    steps: new Map<string, number>(),
    ...{ invoke, work, workAll, worldOf, endpointOf, enqueue },
  };
}

export type Site = Awaited<ReturnType<typeof openSite>>;

function refused(error: unknown): false {
  if (!(error instanceof WheelhouseError)) throw error;
  return false;
}

export function textAt(payload: unknown, name: string): string {
  const value: unknown =
    typeof payload === 'object' && payload !== null ? Reflect.get(payload, name) : undefined;
  return typeof value === 'string' ? value : '';
}
