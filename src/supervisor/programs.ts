import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Settings } from '../../config/settings.ts';
import type { Argv } from '../core/model.ts';
import type { Program } from './keep-running.ts';

/** In the order in which they start: who is asked before who asks. */
export const ROLES = ['serve', 'worker', 'monitor', 'bot'] as const;

/** The one role that talks to the platforms, and the one that gets what opens them. */
const WITH_DOORS = 'bot';

/** Where the servers of this run are. */
export interface Servers {
  redisUrl: string;
  mongodbUri: string;
  token: string;
  /** Names of variables that only the process with the doors may read. */
  secrets: readonly string[];
}

const EXTENSION = extname(import.meta.url);
const MAIN = fileURLToPath(new URL(`../main${EXTENSION}`, import.meta.url));
const STORE = fileURLToPath(new URL(`../embedded/main${EXTENSION}`, import.meta.url));
const LEASH = fileURLToPath(new URL('../training/leash.mjs', import.meta.url));

/** One role of Wheelhouse as a process of its own. */
export function roleProgram(role: string, settings: Settings, servers: Servers): Program {
  return {
    name: role,
    argv: [process.execPath, ...loader(), MAIN, 'role', role],
    env: {
      ...(role === WITH_DOORS ? process.env : without(servers.secrets)),
      REDIS_URL: servers.redisUrl,
      MONGODB_URI: servers.mongodbUri,
      WHEELHOUSE_TOKEN: servers.token,
      WHEELHOUSE_HOME: settings.home,
      WHEELHOUSE_WORKSPACE: settings.workspace,
      WHEELHOUSE_PORT: String(settings.port),
      WHEELHOUSE_INFERENCE_PORT: String(settings.inferencePort),
      WHEELHOUSE_INFERENCE_URL: settings.inferenceUrl,
      WHEELHOUSE_DEMO: '1',
    },
    announces: true,
    mayFinish: false,
    leash: false,
  };
}

/** The embedded store, always at the same port: when it is started again, its clients find it. */
export function storeProgram(dir: string, port: number, secrets: readonly string[]): Program {
  return {
    name: 'store',
    argv: [process.execPath, ...loader(), STORE, '--dir', dir, '--port', String(port)],
    env: without(secrets),
    announces: true,
    mayFinish: false,
    leash: false,
  };
}

/** What sends the demo's traffic; on a leash, since it knows nothing of us. */
export function trafficProgram(
  argv: Argv,
  folder: string,
  settings: Settings,
  secrets: readonly string[],
): Program {
  const inherited = Object.entries(without(secrets)).filter(([name]) => !isOurs(name));
  return {
    name: 'traffic',
    argv: [process.execPath, LEASH, ...argv],
    cwd: folder,
    env: {
      ...Object.fromEntries(inherited),
      WHEELHOUSE_INFERENCE_URL: settings.inferenceUrl,
      WHEELHOUSE_STATE_DIR: join(settings.home, 'traffic'),
    },
    announces: false,
    mayFinish: true,
    leash: true,
  };
}

function without(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.includes(name)));
}

/** The workspace's programs get none of our secrets. */
function isOurs(name: string): boolean {
  if (name.startsWith('WHEELHOUSE_REPLAY_')) return false;
  return name.startsWith('WHEELHOUSE_') || name === 'REDIS_URL' || name === 'MONGODB_URI';
}

/**
 * Sources need their loader, built files nothing. The options of this process are not handed on:
 * among them may be a debugger's port.
 */
function loader(): string[] {
  if (EXTENSION !== '.ts') return [];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
