import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { expect } from 'vitest';
import { advanceRollout } from '../../../jobs/advance-rollout.ts';
import { jobs } from '../../../jobs/index.ts';
import { tidy } from '../../../jobs/tidy.ts';
import { WheelhouseError } from '../../../src/core/errors.ts';
import type { Job } from '../../../src/core/job.ts';
import type { World } from '../../../src/core/world.ts';
import { createReplies } from '../../../src/outbox/replies.ts';
import { createTicketCheck } from '../../../src/proof/ticket-check.ts';
import { openWitness } from '../../../src/proof/witness.ts';
import { auditIn } from '../../../src/registry/audit/index.ts';
import { atOnce } from '../model-based/in-turns.ts';
import { check, checkEnd } from '../model-based/invariants.ts';
import { openSite, type Site } from '../model-based/site.ts';
import { elsewhere, live, mortal, mortalPort } from './lives.ts';
import type { Scenario } from './scenarios.ts';
import { restore, seenIn, snapshotOf } from './snapshot.ts';
import { checkMessages } from './truth.ts';

const FOREVER = Number.POSITIVE_INFINITY;

/** A scenario right before its job, which can be replayed from there. */
export async function openReplay({ name, job: jobName, prepare }: Scenario) {
  // What processes keep in memory: none of them lives for two replays.
  let remembered: Partial<World> = {};
  const site = await openSite({}, () => remembered);
  const connection = await site.connect();
  await prepare(site);
  const before = await snapshotOf(connection);
  const waiting = [...site.queue];
  const requests = await site.approvals.list({ limit: 1000 });
  const { payload } = waiting[0] ?? {};
  expect(waiting[0]?.name, name).toBe(jobName);
  const job: Job | undefined = jobs.find((one) => one.name === jobName);
  if (!job) throw new Error(`there is no job ${jobName}`);

  /** As the worker runs its last attempt, in a separate process. */
  async function attempt(memory: Partial<World>): Promise<void> {
    const world = dyingWorld(site, memory);
    const { signal } = new AbortController();
    try {
      await job?.perform(payload, world, signal);
    } catch (error) {
      if (!(error instanceof WheelhouseError)) throw error;
      await job?.giveUp(payload, error, world);
    }
  }

  return {
    /** Dies after call number `at`; then everything continues normally. Returns the visible state, and the calls. */
    async dies(at = FOREVER): Promise<{ seen: object; calls: readonly string[]; died: boolean }> {
      await restore(connection, before);
      remembered = await memoryOf(site, connection);
      const dying = await memoryOf(site, connection);
      site.published.length = 0;
      site.queue.splice(0, Number.POSITIVE_INFINITY, ...waiting.slice(1));
      const { died, calls } = await live(at, () => attempt(dying));
      const [taken] = waiting;
      if (died && taken && site.queue.every(({ key }) => key !== taken.key)) {
        // The queue gives it to the next process, before or after what came in the meantime.
        if (at % 2 === 0) site.queue.unshift(taken);
        else site.queue.push(taken);
      }
      await checkMessages(site, connection);
      await goOn(site);
      await check(site, new Set(requests.map(({ id }) => id)));
      await checkEnd(site);
      await checkMessages(site, connection);
      return { seen: seenIn(await snapshotOf(connection)), calls, died };
    },
    end: () => site.end(),
  };
}

/** All waiting jobs, and what is checked every few seconds. */
async function goOn(site: Site): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await site.workAll();
    const { signal } = new AbortController();
    await tidy.perform({ tick: randomUUID() }, site.worldOf(atOnce), signal);
    await lookAtRollouts(site);
  }
  await site.workAll();
}

/** As the monitor does, also for rollouts that ended: whoever ended one may have died before reporting it. */
async function lookAtRollouts(site: Site): Promise<void> {
  for (const { model, environment, rollout, ended } of await site.endpoints.list()) {
    const deployment = (rollout ?? ended)?.deployment;
    if (deployment !== undefined)
      await site.enqueue(advanceRollout, { model, environment, deployment });
  }
}

/** The head of the chain, the tickets and the keys that a process has seen. What a dead one was reading never arrives. */
async function memoryOf(
  { clock, tickets, keys }: Site,
  connection: Connection,
): Promise<Partial<World>> {
  return {
    audit: auditIn(connection, clock),
    ticketCheck: createTicketCheck(tickets, keys),
    witness: await openWitness(keys),
  };
}

/** The parts of a process that have no collection. */
function dyingWorld(site: Site, memory: Partial<World>): World {
  const { bus, gateway, artifacts, predictions, outbox } = site;
  return site.worldOf(atOnce, {
    ...memory,
    bus: mortalPort('bus', bus),
    gateway: mortalPort('gateway', gateway),
    artifacts: mortalPort('artifacts', artifacts),
    predictions: mortalPort('predictions', predictions),
    replies: createReplies(outbox, () => mortal('outbox.wake', async () => undefined)),
    jobs: {
      ...site.jobs,
      enqueue: (job, payload) =>
        mortal(`queue.${job.name}`, () => elsewhere(() => site.enqueue(job, payload))),
      // Nothing that is killed here queues a chain.
      chain: async () => {
        throw new Error('a switch queued a chain');
      },
    },
  });
}
