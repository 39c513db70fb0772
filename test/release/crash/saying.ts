import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { tidy } from '../../../jobs/tidy.ts';
import type { Reply } from '../../../src/core/reply.ts';
import type { World } from '../../../src/core/world.ts';
import { createTicketCheck } from '../../../src/proof/ticket-check.ts';
import { openWitness } from '../../../src/proof/witness.ts';
import { auditIn } from '../../../src/registry/audit/index.ts';
import { atOnce } from '../model-based/in-turns.ts';
import { openSite } from '../model-based/site.ts';
import { elsewhere, live, mortal, mortalPort } from './lives.ts';
import { CODE, REQUEST, type Saying } from './said.ts';
import { restore, snapshotOf } from './snapshot.ts';

/** Fields that every attempt writes anew, and what signs or counts them. */
const KEPT = ['due', 'revision', 'removed', 'receipt', 'seenAt'];
/** Messages repeat what is stored; the queue's own state is elsewhere. */
const LEFT_OUT = ['audit', 'subjects', 'copies', 'link-offers', 'turns'];

/** The state right before a command, from which it can be sent repeatedly. */
export async function openSaying({ line, who, confirms = false, prepare }: Saying) {
  /** The keys that a process has read. What a dead one was reading never arrives. */
  let keys: Partial<World> = {};
  const remembered = (): Partial<World> => ({
    ...keys,
    audit: auditIn(connection, site.clock),
    bus: mortalPort('bus', site.bus),
    jobs: {
      enqueue: (job, payload) =>
        mortal(`queue.${job.name}`, () => elsewhere(() => site.enqueue(job, payload))),
      chain: (links) => mortal('queue.chain', () => elsewhere(() => site.jobs.chain(links))),
    },
  });
  const site = await openSite({}, remembered, { confirms });
  const connection: Connection = await site.connect();
  const code = await prepare(site);
  const [request] = await site.approvals.list({ statuses: ['open'] });
  const said = line.replace(REQUEST, request?.id ?? '').replace(CODE, code ?? '');
  const before = await snapshotOf(connection);
  const waiting = [...site.queue];
  const links = await site.links.list();

  /** Sends it in a process that dies after call number `at`. */
  async function say(id: string, at: number) {
    keys = {
      ticketCheck: createTicketCheck(site.tickets, site.keys),
      witness: await openWitness(site.keys),
    };
    let fault: Reply['fault'];
    const { died, calls } = await live(at, async () => {
      fault = (await site.invoke(who, said, atOnce, id)).fault;
    });
    // What the next process reads when it starts.
    site.people.replaceLinks(await site.links.list());
    return { died, calls, fault };
  }

  async function found() {
    const now = await snapshotOf(connection);
    return { state: stateOf(now), events: eventsOf(now, eventsBefore) };
  }
  const eventsBefore = new Set(
    before.find(({ name }) => name === 'audit')?.documents.map((one) => Reflect.get(one, '_id')),
  );

  return {
    untouched: stateOf(before),
    /** Dies, and the command is repeated or not; then `tidy` runs. */
    async dies(at: number, isRepeated: boolean) {
      await restore(connection, before);
      site.queue.splice(0, Number.POSITIVE_INFINITY, ...waiting);
      site.people.replaceLinks(links);
      const id = 'event-one';
      const { died, calls } = await say(id, at);
      const { fault } =
        died && isRepeated ? await say(id, Number.POSITIVE_INFINITY) : { fault: undefined };
      const { signal } = new AbortController();
      await tidy.perform({ tick: randomUUID() }, site.worldOf(atOnce), signal);
      return { died, calls, fault, ...(await found()), left: await site.dueEvents.list() };
    },
    faults: site.faults,
    end: () => site.end(),
  };
}

type Snapshot = Awaited<ReturnType<typeof snapshotOf>>;

/** The events of the change, without those that record the command itself. */
function eventsOf(all: Snapshot, known: ReadonlySet<unknown>): string[] {
  const events = all.find(({ name }) => name === 'audit')?.documents ?? [];
  const fresh = events
    .filter((one) => !known.has(Reflect.get(one, '_id')))
    .filter((one) => !String(Reflect.get(one, 'action')).startsWith('command.'));
  return fresh
    .map((one) =>
      JSON.stringify(
        ['action', 'by', 'subject', 'before', 'after'].map((name) => Reflect.get(one, name)),
      ),
    )
    .sort();
}

function stateOf(all: Snapshot): string {
  return JSON.stringify(
    all.filter(({ name, documents }) => !LEFT_OUT.includes(name) && documents.length > 0),
    (key, value: unknown) => (KEPT.includes(key) ? undefined : value),
  );
}
