import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commands } from '../../commands/index.ts';
import { hear } from '../../jobs/hear.ts';
import { jobs } from '../../jobs/index.ts';
import { recountAll } from '../../jobs/recount.ts';
import { inWords } from '../core/errors.ts';
import { createHallway } from '../core/hallway/index.ts';
import { shapeOf } from '../core/shape.ts';
import { spelled } from '../core/spelling.ts';
import { createHttpDoors } from '../platforms/index.ts';
import { openDoors, readDoors, startDoors, stopDoors } from './doors.ts';
import type { House } from './house.ts';
import { followLinks } from './links.ts';
import { type Running, VERSION } from './role.ts';
import { speakerOf, tokenOf } from './speaker.ts';

/** How often the bot looks for messages that lag behind, besides at its start. */
const CATCH_UP_MS = 15_000;

/** The doors, the hallway and the post: what people talk to. */
export async function startBot(house: House): Promise<Running> {
  const { settings, workspace, registry, queue, artifacts, log } = house;
  const shapes = commands.map(shapeOf);
  const http = createHttpDoors({
    host: settings.host,
    port: settings.port,
    token: tokenOf(settings),
    chatLog: registry.chatLog,
    people: workspace.people,
    artifacts,
    identities: speakerOf(settings, workspace),
    channels: workspace.channels.map(({ id, topic }) => ({ id, topic })),
    commands: shapes.map(({ name, summary, usage }) => ({ name, summary, usage })),
    version: VERSION,
    log,
    ...(settings.publicUrl && { publicUrl: settings.publicUrl }),
    ...pageDir(),
  });
  const others = openDoors(readDoors(settings.environment, log), house, shapes, giveUp(log));
  const names = shapes.map(({ name }) => name);
  const doors = [http.web, http.terminal, ...others].map((door) => spelled(door, names));
  const world = house.world(doors);
  const { hallway, reception } = createHallway(commands, world, {
    log,
    emoji: workspace.reactions,
    platforms: doors,
    keep: (heard) => queue.jobs.enqueue(hear, heard),
    recount: (platform) => recountAll(world, platform),
  });
  const unfollow = await followLinks({ ...world, log });
  await startDoors(doors, hallway);
  const lanes = (['bell', 'post'] as const).map((lane) =>
    queue.work(lane, jobs, { ...world, reception }),
  );
  const catchUp = () =>
    world.courier.catchUp().catch((err: unknown) => log.warn({ err }, 'catching up'));
  await catchUp();
  // The configuration or the links may have changed since: open requests say how their votes count now.
  await recountAll(world).catch((err: unknown) => log.warn({ err }, 'counting votes anew'));
  const timer = setInterval(catchUp, CATCH_UP_MS);
  return {
    ready: { url: http.url() },
    async stop() {
      clearInterval(timer);
      unfollow();
      // What is under way still has its door; what comes in meanwhile is kept for the next start.
      await Promise.all(lanes.map((lane) => lane.close(5000)));
      await stopDoors(doors);
    },
  };
}

/** A door that can never open again: better to end and be seen than to look alive and hear nothing. */
function giveUp(log: House['log']): (error: Error) => void {
  let ending = false;
  return (err) => {
    log.error({ err }, `the bot ends: ${inWords(err)}`);
    // A second signal would cut the orderly end short.
    if (ending) return;
    ending = true;
    process.exitCode = 1;
    process.kill(process.pid, 'SIGTERM');
  };
}

/** From the sources and from the build alike, the page lies in dist/page of the project. */
function pageDir(): { pageDir?: string } {
  for (const way of ['../../dist/page', '../../page']) {
    const folder = fileURLToPath(new URL(way, import.meta.url));
    if (existsSync(folder)) return { pageDir: folder };
  }
  return {};
}
