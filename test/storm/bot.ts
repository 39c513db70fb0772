import { commands } from '../../commands/index.ts';
import { enginesOf } from '../../config/engines.ts';
import { peopleOf } from '../../config/people.ts';
import { loadWorkspace } from '../../config/workspace.ts';
import { carry } from '../../jobs/carry.ts';
import { handleInbound } from '../../jobs/inbound.ts';
import { jobs } from '../../jobs/index.ts';
import { notify } from '../../jobs/notify.ts';
import { recountAll } from '../../jobs/recount.ts';
import type { Clock } from '../../src/core/clock.ts';
import { eventIn } from '../../src/core/platform.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import type { Subject } from '../../src/core/reply.ts';
import { shapeOf } from '../../src/core/shape.ts';
import { createDispatch } from '../../src/dispatch/index.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import type { Queue } from '../../src/queue/index.ts';
import type { Registry } from '../../src/registry/index.ts';
import { createEngines } from '../../src/training/engines/open.ts';
import { createProgramUsers } from '../../src/training/engines/users.ts';
import { createRunFolders } from '../../src/training/folders.ts';
import { createDirectMessages } from '../../src/wiring/direct-messages.ts';
import { createPlatformLeases } from '../../src/wiring/platform-leases.ts';
import { createWorld } from '../fakes/world.ts';
import type { createLog } from '../queue/desk.ts';
import { type AdapterName, openAdapter } from './adapter.ts';
import { type Actor, peopleOn } from './cast.ts';

/** What a bot is told of its platform. */
export interface BotSettings {
  name: AdapterName;
  environment: Record<string, string>;
  accounts: Record<Actor, string>;
  /** Where the messages of the model are. */
  home: string;
}

interface Parts {
  registry: Registry;
  clock: Clock;
  queue: Queue;
  log: Pick<ReturnType<typeof createLog>, 'debug' | 'info' | 'warn' | 'error'>;
  /** An event has come, and is stored then. */
  onEvent(event: { id: string; isReaction: boolean }): void;
  onStored(id: string): void;
}

/** In production a second; here the storm has something to hurry through. */
const PACE_MS = 5;

/**
 * The bot as `src/wiring/bot.ts` puts it together, with one adapter. What is for workers stays queued.
 */
export async function openBot(
  { name, environment, accounts, home: channel }: BotSettings,
  { registry, clock, queue, log, onEvent, onStored }: Parts,
) {
  const { platform, requestUrl } = openAdapter(name, environment, commands.map(shapeOf), log);
  const home = { platform: name, channel };
  const workspace = await loadWorkspace('examples/flights');
  const flights = { ...workspace.models.get('flights'), homes: [home] };
  const adapter = { ...platform, paceMs: PACE_MS };
  const leases = createPlatformLeases({
    ...{ adapters: [adapter], queue, log },
    fatal: (err) => log.error({ err }, 'the bot ends'),
  });
  const wake = (subject: Subject) => queue.jobs.enqueue(notify, { subject });
  const handOver = (subject: Subject, platform: string) =>
    queue.jobs.enqueue(carry, { subject, platform });
  const courier = createCourier({
    ...{ outbox: registry.outbox, platforms: [adapter], wake, log },
    lanes: { ...leases, handOver },
  });
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
      clock,
      directMessages: createDirectMessages([]),
      // A signature differs with each key and account, so that no two runs could be compared. What is signed does not.
      witness: {
        receipt: (asked: Approval, { person, verdict }: Vote) =>
          `${person} ${verdict} ${asked.id} ${asked.evidence?.digest}`,
      },
      models: { ...workspace.models, list: () => [flights], get: modelNamed },
      environments: workspace.environments,
      people: peopleOf(
        peopleOn(name, (who) => accounts[who]),
        {},
      ),
      audit,
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
        behind: async () => [],
      },
    }),
  );
  function modelNamed(wanted: string) {
    return wanted === flights.name ? flights : workspace.models.get(wanted);
  }
  const { dispatch, inboundHandler } = createDispatch(commands, world, {
    log,
    emoji: workspace.reactions,
    platforms: [adapter],
    unacknowledged: queue.unacknowledged,
    recount: (platform) => recountAll(world, platform),
    async keep(event) {
      const { id } = eventIn(event);
      onEvent({ id, isReaction: 'reaction' in event.what });
      await queue.jobs.enqueue(handleInbound, event);
      onStored(id);
      if (event.repeat !== undefined) onStored(event.repeat);
    },
  });
  Object.defineProperty(world, 'inboundHandler', { value: inboundHandler });
  const lanes = (['inbound', 'outbound'] as const).map((lane) => queue.work(lane, jobs, world));

  return {
    requestUrl,
    missed: () => leases.dispatchOf(dispatch).missed(name),
    async start() {
      if (!adapter.oneConnection) await adapter.start(leases.dispatchOf(dispatch));
      await leases.open({ jobs, world, dispatch, seat: '' });
    },
    async stop() {
      await leases.stop();
      await adapter.stop();
      await Promise.all(lanes.map((lane) => lane.close(5000)));
    },
  };
}
