import fastify from 'fastify';
import type { Agents } from '../../core/agents.ts';
import { Unreachable } from '../../core/errors.ts';
import type { Directory, Person } from '../../core/people.ts';
import type { Dispatch, Platform } from '../../core/platform.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import type { Board } from '../../core/ports/board.ts';
import type { ChatLog } from '../../core/ports/chat-log.ts';
import type { DataHooks } from '../../core/ports/hook-calls.ts';
import type { Bus, Topic } from '../../core/ports/jobs.ts';
import { mcpRoutes } from '../mcp/routes.ts';
import type { Tool } from '../mcp/tools.ts';
import { createTerminalAdapter } from '../terminal/adapter.ts';
import { createWebAdapter } from '../web/adapter.ts';
import type { Session } from '../web/api.ts';
import type { EventsOptions } from '../web/events.ts';
import type { Adapter } from './adapter.ts';
import { createElsewhere, NOT_ELSEWHERE } from './changes.ts';
import { dataHookRoutes } from './data-hooks.ts';
import { type AdapterLog, answerFaults, BODY_KB } from './faults.ts';
import { guardEverything, guardSession } from './guard.ts';
import { hookRoutes, type OpenHooks } from './hooks.ts';
import { createListener } from './listener.ts';
import { servePage } from './page.ts';
import { createSpeakers } from './speakers.ts';
import { createPass } from './token.ts';

export interface HttpAdaptersOptions extends Pick<Session, 'channels' | 'commands' | 'version'> {
  /** Default: `127.0.0.1`. */
  host?: string;
  /** 0: any free port. */
  port: number;
  /** The secret that callers must send: at least 16 characters. */
  token: string;
  /** The address by which others reach this server, e.g. through a proxy: requests to its host are accepted. */
  publicUrl?: string;
  chatLog: ChatLog;
  people: Directory;
  artifacts: Pick<Artifacts, 'read'>;
  /** What the page and programs see of models. */
  board: Board;
  /** The people as whom the token may act: any of them (a demo), or one person. */
  identities: 'any' | Person;
  /** The agents of the workspace, and what they can call by the Model Context Protocol. */
  agents?: Pick<Agents, 'list'>;
  tools?: readonly Tool[];
  /** Takes new data of models. */
  dataHooks?: DataHooks;
  /** Tells other bots what was posted here. */
  bus?: Bus;
  /** Folder of the built page. */
  pageDir?: string;
  events?: EventsOptions;
  /** Where other systems reach this server. */
  hooks?: Pick<OpenHooks, 'find'>;
  log?: AdapterLog;
}

export interface HttpAdapters {
  /** Named `web`. Starting either of them opens the port; stopping the last one closes it. */
  web: Platform;
  /** Named `terminal`. Its channels are IDs of invocations. */
  terminal: Platform;
  start(dispatch: Dispatch): Promise<void>;
  stop(): Promise<void>;
  /** `http://127.0.0.1:4680`; throws before the start. */
  url(): string;
}

/**
 * Two adapters on one port: the page and the command line.
 * Throws if the token is too short; `start` throws Refused if the port is in use.
 */
export function createHttpAdapters(options: HttpAdaptersOptions): HttpAdapters {
  const { host = '127.0.0.1', port, people, identities } = options;
  const publicUrl = options.publicUrl === undefined ? undefined : new URL(options.publicUrl);
  const pass = createPass(options.token);
  const speakers = createSpeakers(people, identities);
  const app = fastify({ bodyLimit: BODY_KB * 1024, forceCloseConnections: true });
  const listener = createListener(app, host, port);

  const adapters: Adapter[] = [];
  let dispatch: Dispatch | undefined;
  const started = () => {
    if (dispatch) return dispatch;
    throw new Unreachable('Wheelhouse is still starting.', { next: 'Try again in a moment.' });
  };
  const open = (make: (dispatch: () => Dispatch) => Adapter): Platform => {
    const adapter = make(started);
    adapters.push(adapter);
    return {
      ...adapter.speaker,
      async start(given) {
        dispatch = given;
        await listener.open(adapter.speaker.name);
      },
      stop: () => listener.close(adapter.speaker.name),
    };
  };
  const elsewhere = (topic: Topic) =>
    options.bus ? createElsewhere(options.bus, topic) : NOT_ELSEWHERE;
  const shared = { ...options, speakers };
  const web = open((dispatch) =>
    createWebAdapter({ ...shared, dispatch, elsewhere: elsewhere('posts') }),
  );
  const terminal = open((dispatch) =>
    createTerminalAdapter({ ...shared, dispatch, elsewhere: elsewhere('calls') }),
  );

  // A form on another site can post text/plain without a preflight request, but not JSON.
  app.removeContentTypeParser('text/plain');
  guardEverything(app, publicUrl);
  answerFaults(app, options.log);
  const { agents = { list: () => [] }, tools = [], token, version } = options;
  mcpRoutes(app, { agents, tools, token, version, dispatch: started });
  if (options.dataHooks) dataHookRoutes(app, options.dataHooks, () => new Date());
  if (options.hooks) hookRoutes(app, options.hooks);
  app.get('/healthz', async () => ({ ok: true, version: options.version }));
  servePage(app, { pageDir: options.pageDir, pass, secure: publicUrl?.protocol === 'https:' });
  app.register(
    async (api) => {
      guardSession(api, pass);
      for (const adapter of adapters) adapter.routes(api);
    },
    { prefix: '/api' },
  );
  app.addHook('preClose', async () => {
    for (const adapter of adapters) adapter.hangUp();
  });

  return {
    web,
    terminal,
    async start(dispatch) {
      await web.start(dispatch);
      await terminal.start(dispatch);
    },
    async stop() {
      await web.stop();
      await terminal.stop();
    },
    url: listener.url,
  };
}
