import { Queue } from 'bullmq';
import { commands } from '../../commands/index.ts';
import { enginesOf } from '../../config/engines.ts';
import { peopleOf } from '../../config/people.ts';
import { loadWorkspace } from '../../config/workspace.ts';
import { handleInbound } from '../../jobs/inbound.ts';
import { jobs } from '../../jobs/index.ts';
import { notify } from '../../jobs/notify.ts';
import { recountAll } from '../../jobs/recount.ts';
import { type Dispatch, eventIn } from '../../src/core/platform.ts';
import { LANES } from '../../src/core/ports/jobs.ts';
import type { Subject } from '../../src/core/reply.ts';
import { createDispatch } from '../../src/dispatch/index.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { createEngines } from '../../src/training/engines/open.ts';
import { createProgramUsers } from '../../src/training/engines/users.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createDirectMessages } from '../../src/wiring/direct-messages.ts';
import { createWorld } from '../fakes/world.ts';
import type { openDesk } from '../queue/desk.ts';
import { openLibrary } from '../registry/server.ts';
import { eventually } from '../story/eventually.ts';
import { peopleOn, ROOMS } from './cast.ts';
import type { Stage } from './stage.ts';

export type Container = Awaited<ReturnType<typeof openContainer>>;

/** The audit records, in order: the clock of these tests does not move. */
interface Trail {
  id: string;
  by: string;
  action: string;
  subject: string;
}

/** A second in production; here the storm should pass through it. */
const PACE_MS = 5;

/** The bot as `src/wiring/bot.ts` builds it, with one adapter. Jobs for workers and monitors stay queued. */
export async function openContainer(stage: Stage, desk: Awaited<ReturnType<typeof openDesk>>) {
  const { log } = desk;
  const library = await openLibrary();
  const { registry } = library;
  const queue = await desk.open();
  const workspace = await loadWorkspace('examples/flights');
  const { name } = stage.platform;
  const home = { platform: name, channel: stage.channel(ROOMS[0]) };
  const flights = { ...workspace.models.get('flights'), homes: [home] };
  const adapter = { ...stage.platform, paceMs: PACE_MS };
  const wake = (subject: Subject) => queue.jobs.enqueue(notify, { subject });
  const courier = createCourier({ outbox: registry.outbox, platforms: [adapter], wake, log });
  const trail: Trail[] = [];
  const { versions, runs, approvals, deployments, alerts, findings, links, audit, quarantines } =
    registry;
  const { endpoints } = registry;
  const world = Object.defineProperties(
    createWorld(),
    Object.getOwnPropertyDescriptors({
      ...{ versions, runs, approvals, deployments, alerts, findings, links, quarantines, courier },
      endpoints,
      engines: createEngines({
        ...{ engines: enginesOf({}), runFolders: createRunFolders('/nowhere') },
        ...{ users: createProgramUsers(), secret: () => undefined },
        ...{ signed: undefined, outlives: true },
      }),
      arrivals: registry.arrivals,
      ...{ dueEvents: registry.dueEvents, backlog: { trainings: async () => [] } },
      freezes: { ...registry.freezes, calendar: workspace.calendar },
      clock: library.clock,
      directMessages: createDirectMessages([]),
      // A signature differs with each key and account, so that no two runs could be compared.
      witness: { receipt: () => 'a receipt' },
      models: { ...workspace.models, list: () => [flights], get: modelNamed },
      environments: workspace.environments,
      people: peopleOf(peopleOn(name, stage.account), {}),
      audit: {
        ...audit,
        async append(event: Parameters<typeof audit.append>[0]) {
          await audit.append(event);
          trail.push(event);
        },
      },
      jobs: queue.jobs,
      bus: queue.bus,
      replies: createReplies(registry.outbox, wake),
      profiles: {
        watermark: async () => undefined,
        newest: async () => undefined,
        buckets: async () => [],
        within: async () => [],
      },
      gateway: {
        url: 'http://127.0.0.1:1',
        serving: async () => undefined,
        problem: async () => undefined,
      },
    }),
  );
  function modelNamed(wanted: string) {
    return wanted === flights.name ? flights : workspace.models.get(wanted);
  }
  const probe = await library.connect();
  const heard = new Set<string>();
  const reactions = new Set<string>();
  const { dispatch, inboundHandler } = createDispatch(commands, world, {
    log,
    emoji: workspace.reactions,
    platforms: [adapter],
    recount: (platform) => recountAll(world, platform),
    keep(event) {
      ('reaction' in event.what ? reactions : heard).add(eventIn(event).id);
      return queue.jobs.enqueue(handleInbound, event);
    },
  });
  Object.defineProperty(world, 'inboundHandler', { value: inboundHandler });
  const lanes = (['inbound', 'outbound'] as const).map((lane) => queue.work(lane, jobs, world));
  const lines = LANES.map(
    (lane) => new Queue(lane, { connection: urlOf(desk.url), prefix: desk.prefix }),
  );
  const mine = lines.filter((one) => one.name === 'inbound' || one.name === 'outbound');

  return {
    dispatch: dispatch satisfies Dispatch,
    registry,
    replies: world.replies,
    home,
    log,
    trail,
    /** The IDs of the reactions that were received. */
    reactions,
    probe,
    /** The IDs of the events made from the platform's event `mark`. */
    eventsOf: (mark: string) => [...heard].filter((id) => id === mark || id.startsWith(`${mark}-`)),
    start: () => adapter.start(dispatch),
    /** Until nothing is in progress and nothing is behind; waiting retries run now. */
    quiet: () =>
      eventually(
        'a quiet container',
        async () => {
          await courier.catchUp();
          for (const line of mine) await line.promoteJobs();
          const busy = await Promise.all(
            mine.map((line) => line.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized')),
          );
          return (
            busy.every((count) => count === 0) &&
            (await registry.outbox.undelivered([name])).length === 0
          );
        },
        { every: 50, scene: () => JSON.stringify(log.lines.slice(-20)) },
      ),
    /** Every stored subject with messages. */
    async subjects() {
      const rows = await probe
        .collection('subjects')
        .find({}, { projection: { _id: 1 } })
        .toArray();
      const ids = rows.map(({ _id }) => String(_id)).filter(isSubject);
      return Promise.all(
        ids.map(async (subject) => {
          const [stored, copies] = [
            await registry.outbox.load(subject),
            await registry.outbox.copies(subject),
          ];
          if (!stored) throw new Error(`${subject} has gone`);
          return { subject, copies, ...stored };
        }),
      );
    },
    /** What waits in the queues, and what was given up. */
    async queued(): Promise<
      { lane: string; name: string; data: unknown; why: string | undefined }[]
    > {
      const found = await Promise.all(
        lines.map(async (line) => {
          const waiting = await line.getJobs([
            'wait',
            'delayed',
            'prioritized',
            'active',
            'failed',
          ]);
          return waiting.map((job) => ({
            lane: line.name,
            name: job.name,
            data: job.data,
            why: job.failedReason,
          }));
        }),
      );
      return found.flat();
    },
    async close() {
      await adapter.stop();
      await Promise.all(lanes.map((lane) => lane.close(5000)));
      await Promise.all(lines.map((line) => line.close()));
      await desk.close();
      await library.close();
      await stage.close();
    },
  };
}

const isSubject = (text: string): text is Subject => text.includes(':');

function urlOf(url: string) {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}
