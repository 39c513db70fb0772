import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commands } from '../../commands/index.ts';
import { jobs } from '../../jobs/index.ts';
import { WheelhouseError } from '../core/errors.ts';
import { createHallway } from '../core/hallway/index.ts';
import type { Person } from '../core/people.ts';
import { usageOf } from '../core/usage.ts';
import { createHttpDoors } from '../platforms/index.ts';
import type { House } from './house.ts';
import { type Running, VERSION } from './role.ts';

/** How often the bot looks for messages that lag behind, besides at its start. */
const CATCH_UP_MS = 15_000;

/** The doors, the hallway and the post: what people talk to. */
export async function startBot(house: House): Promise<Running> {
  const { settings, workspace, registry, queue, artifacts, log } = house;
  const doors = createHttpDoors({
    host: settings.host,
    port: settings.port,
    token: tokenOf(house),
    chatLog: registry.chatLog,
    people: workspace.people,
    artifacts,
    identities: speakerOf(house),
    channels: workspace.channels,
    commands: commands.map((command) => ({
      name: command.name,
      summary: command.summary,
      usage: usageOf(command),
    })),
    version: VERSION,
    log,
    ...(settings.publicUrl && { publicUrl: settings.publicUrl }),
    ...pageDir(),
  });
  const world = house.world([doors.web, doors.terminal]);
  const hallway = createHallway(commands, world, {
    log,
    emoji: workspace.reactions,
    subjectOf: world.replies.subjectOf,
  });
  await doors.start(hallway);
  const post = queue.work('post', jobs, world);
  const catchUp = () =>
    world.courier.catchUp().catch((err: unknown) => log.warn({ err }, 'catching up'));
  await catchUp();
  const timer = setInterval(catchUp, CATCH_UP_MS);
  return {
    ready: { url: doors.url() },
    async stop() {
      clearInterval(timer);
      await doors.stop();
      await post.close(5000);
    },
  };
}

function tokenOf({ settings }: House): string {
  if (settings.token) return settings.token;
  throw new WheelhouseError('user', 'WHEELHOUSE_TOKEN is not set, so the doors stay shut.', {
    next: 'Set it to a secret of at least 16 characters, e.g. from "openssl rand -hex 16".',
  });
}

function speakerOf({ settings, workspace }: House): 'any' | Person {
  if (settings.demo) return 'any';
  const person = settings.user === undefined ? undefined : workspace.people.byId(settings.user);
  if (person) return person;
  throw new WheelhouseError(
    'user',
    `WHEELHOUSE_USER must name who holds the token; "${settings.user ?? ''}" is nobody of this workspace.`,
    {
      next: `It knows ${workspace.personIds.join(', ')}.`,
    },
  );
}

/** From the sources and from the build alike, the page lies in dist/page of the project. */
function pageDir(): { pageDir?: string } {
  for (const way of ['../../dist/page', '../../page']) {
    const folder = fileURLToPath(new URL(way, import.meta.url));
    if (existsSync(folder)) return { pageDir: folder };
  }
  return {};
}
