import { Queue } from 'bullmq';
import { notify } from '../../jobs/notify.ts';
import { LANES } from '../../src/core/ports/jobs.ts';
import { isSubject, type Subject } from '../../src/core/reply.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import type { openDesk } from '../queue/desk.ts';
import { openLibrary } from '../registry/server.ts';
import { eventually } from '../story/eventually.ts';
import type { OpenBots } from './bots.ts';
import { type Actor, ROOMS } from './cast.ts';
import type { Stage } from './stage.ts';

export type Container = Awaited<ReturnType<typeof openContainer>>;

/** The servers, and the bots as `openBots` makes them. */
export async function openContainer(
  stage: Stage,
  desk: Awaited<ReturnType<typeof openDesk>>,
  openBots: OpenBots,
) {
  const { log } = desk;
  const library = await openLibrary();
  const { registry, clock } = library;
  const { name, environment } = stage;
  const parts = { inbound: [name], outbound: [name] };
  const queue = await desk.open(parts);
  const home = { platform: name, channel: stage.channel(ROOMS[0]) };
  const wake = (subject: Subject) => queue.jobs.enqueue(notify, { subject });
  const accounts = {
    ...{ boss: stage.account('boss'), lead: stage.account('lead'), ops: stage.account('ops') },
    ...{ ann: stage.account('ann'), ben: stage.account('ben'), dev: stage.account('dev') },
    ...{ eve: stage.account('eve'), mal: stage.account('mal') },
  } satisfies Record<Actor, string>;
  const bots = await openBots({
    stage,
    settings: { name, environment, accounts, home: home.channel },
    own: { registry, clock, queue, log, onEvent: () => {}, onStored: () => {} },
    child: { uri: library.uri, redis: desk.url, prefix: desk.prefix, keys: desk.keysDir },
  });
  const probe = await library.connect();
  const mine = ['inbound', 'outbound', `inbound-${name}`, `outbound-${name}`];
  const lines = [...new Set([...LANES, ...mine])].map(
    (lane) => new Queue(lane, { connection: urlOf(desk.url), prefix: desk.prefix }),
  );
  const ofBots = lines.filter((one) => mine.includes(one.name));

  return {
    ...{ registry, replies: createReplies(registry.outbox, wake), home, log, bots, probe },
    /** The ids of the events that were made of what the platform calls `mark`. */
    eventsOf: (mark: string) =>
      [...bots.stored].filter((id) => id === mark || id.startsWith(`${mark}-`)),
    /** Until nothing is under way and nothing lags behind; what waits for another attempt gets it now. */
    quiet: () =>
      eventually(
        'a quiet container',
        async () => {
          for (const subject of await registry.outbox.undelivered([name])) await wake(subject);
          for (const line of ofBots) await line.promoteJobs();
          const busy = await Promise.all(
            ofBots.map((line) =>
              line.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized'),
            ),
          );
          return (
            busy.every((count) => count === 0) &&
            (await registry.outbox.undelivered([name])).length === 0
          );
        },
        { within: 300_000, every: 50, scene: () => JSON.stringify(log.lines.slice(-20)) },
      ),
    /** Everything that has messages, as it is stored. */
    async subjects() {
      const rows = await probe
        .collection('subjects')
        .find({}, { projection: { _id: 1 } })
        .toArray();
      const ids = rows.map(({ _id }) => String(_id)).filter(isSubject);
      return Promise.all(
        ids.map(async (subject) => {
          const stored = await registry.outbox.load(subject);
          if (!stored) throw new Error(`${subject} has gone`);
          return { subject, ...stored };
        }),
      );
    },
    async trail() {
      const rows = await probe.collection('audit').find({}).sort({ sequence: 1 }).toArray();
      return rows.map(({ _id: id, by, action, subject }) => ({
        ...{ id: String(id), by: String(by), action: String(action), subject: String(subject) },
      }));
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
      await bots.stop();
      await Promise.all(lines.map((line) => line.close()));
      await desk.close();
      await library.close();
      await stage.close();
    },
  };
}

function urlOf(url: string) {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    ...(username && { username: decodeURIComponent(username) }),
    ...(password && { password: decodeURIComponent(password) }),
  };
}
