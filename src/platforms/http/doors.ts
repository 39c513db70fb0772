import fastify from 'fastify';
import { Unreachable } from '../../core/errors.ts';
import type { Directory, Person } from '../../core/people.ts';
import type { Hallway, Platform } from '../../core/platform.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { ChatLog } from '../../core/ports/chat-log.ts';
import { createTerminalDoor } from '../terminal/door.ts';
import type { Session } from '../web/api.ts';
import { createWebDoor } from '../web/door.ts';
import type { EventsOptions } from '../web/events.ts';
import type { Door } from './door.ts';
import { answerFaults, type DoorLog } from './faults.ts';
import { guardEverything, guardSession } from './guard.ts';
import { createListener } from './listener.ts';
import { servePage } from './page.ts';
import { createSpeakers } from './speakers.ts';
import { createPass } from './token.ts';

export interface HttpDoorsOptions extends Pick<Session, 'channels' | 'commands' | 'version'> {
  /** `127.0.0.1` unless told otherwise. */
  host?: string;
  /** 0 takes a free one. */
  port: number;
  /** The secret that lets somebody in: at least 16 characters. */
  token: string;
  /** The address by which others reach this server, e.g. through a proxy: its host is answered to. */
  publicUrl?: string;
  chatLog: ChatLog;
  people: Directory;
  artifacts: Pick<Artifacts, 'read'>;
  /** Whom the token may speak as: any of the people (a demo), or one person. */
  identities: 'any' | Person;
  /** Where the built page lies. */
  pageDir?: string;
  events?: EventsOptions;
  log?: DoorLog;
}

export interface HttpDoors {
  /** Named `web`. Starting either opens the port; the port closes with the last. */
  web: Platform;
  /** Named `terminal`. Its channels are ids of invocations. */
  terminal: Platform;
  start(hallway: Hallway): Promise<void>;
  stop(): Promise<void>;
  /** `http://127.0.0.1:4680`; throws before the start. */
  url(): string;
}

const BODY_BYTES = 64 * 1024;

/**
 * Two doors behind one port: the page and the command line.
 * Throws where the token is too short; `start` throws Refused where the port is taken.
 */
export function createHttpDoors(options: HttpDoorsOptions): HttpDoors {
  const { host = '127.0.0.1', port, people, identities } = options;
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  const pass = createPass(options.token);
  const speakers = createSpeakers(people, identities);
  const app = fastify({ bodyLimit: BODY_BYTES, forceCloseConnections: true });
  const listener = createListener(app, host, port);

  const doors: Door[] = [];
  const open = (make: (hallway: () => Hallway) => Door): Platform => {
    let hallway: Hallway | undefined;
    const door = make(() => {
      if (hallway) return hallway;
      throw new Unreachable('Wheelhouse is still starting.', { next: 'Try again in a moment.' });
    });
    doors.push(door);
    return {
      ...door.speaker,
      async start(given) {
        hallway = given;
        await listener.open(door.speaker.name);
      },
      stop: () => listener.close(door.speaker.name),
    };
  };
  const web = open((hallway) => createWebDoor({ ...options, speakers, hallway }));
  const terminal = open((hallway) => createTerminalDoor({ ...options, speakers, hallway }));

  // A form of another site can post text/plain without asking; it cannot post JSON.
  app.removeContentTypeParser('text/plain');
  guardEverything(app, publicUrl);
  answerFaults(app, options.log);
  app.get('/healthz', async () => ({ ok: true, version: options.version }));
  servePage(app, { pageDir: options.pageDir, pass, secure: publicUrl?.protocol === 'https:' });
  app.register(
    async (api) => {
      guardSession(api, pass);
      for (const door of doors) door.routes(api);
    },
    { prefix: '/api' },
  );
  app.addHook('preClose', async () => {
    for (const door of doors) door.hangUp();
  });

  return {
    web,
    terminal,
    async start(hallway) {
      await web.start(hallway);
      await terminal.start(hallway);
    },
    async stop() {
      await web.stop();
      await terminal.stop();
    },
    url: listener.url,
  };
}
