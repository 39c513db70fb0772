import { createRequire } from 'node:module';
import { extname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Settings } from '../../config/settings.ts';
import type { Argv } from '../core/model.ts';
import { secretsIn } from '../core/secrets.ts';
import { homeOf } from '../training/environment.ts';
import type { Program } from './keep-running.ts';
import { trafficUser } from './traffic-user.ts';

/** In the order of their start: dependencies first. */
export const ROLES = ['policy', 'serve', 'worker', 'monitor', 'bot'] as const;

/** The addresses of the servers of this run. */
export interface Servers {
  redisUrl: string;
  mongodbUri: string;
  token: string;
  /** The environment that the demo was started with. */
  environment: Environment;
  /** Names of variables that only the process with the adapters may read. */
  ofAdapters: readonly string[];
  /** Names of variables that only the worker may read: the secrets of targets, receivers and data sources. */
  ofTargets: readonly string[];
  /** Of the object store: every role reads or writes it. */
  ofObjects?: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

const EXTENSION = extname(import.meta.url);
const MAIN = fileURLToPath(new URL(`../main${EXTENSION}`, import.meta.url));
const STORE = fileURLToPath(new URL(`../embedded/main${EXTENSION}`, import.meta.url));
const LEASH = fileURLToPath(new URL('../training/leash.mjs', import.meta.url));

/**
 * One role of Wheelhouse as a process. Its secrets are not passed through its environment, and each role only
 * gets those that it needs: the adapters and the token belong to the bot.
 */
export function roleProgram(role: string, settings: Settings, servers: Servers): Program {
  const { environment, ofAdapters, ofTargets, ofObjects = [] } = servers;
  const given = Object.entries(environment);
  const adapters = given.filter(([name]) => ofAdapters.includes(name));
  const targets = given.filter(([name]) => ofTargets.includes(name));
  const objects = given.filter(([name]) => ofObjects.includes(name));
  const token = environment['WHEELHOUSE_INFERENCE_TOKEN'];
  const metricsToken = settings.metrics.token;
  return {
    name: role,
    argv: [process.execPath, ...loader(), MAIN, 'role', role],
    env: {
      ...harmless(environment, ofAdapters),
      WHEELHOUSE_HOME: settings.home,
      WHEELHOUSE_WORKSPACE: settings.workspace,
      WHEELHOUSE_PORT: String(settings.port),
      WHEELHOUSE_INFERENCE_PORT: String(settings.inferencePort),
      WHEELHOUSE_INFERENCE_URL: settings.inferenceUrl,
      WHEELHOUSE_DEMO: '1',
      ...metricsPort(role, settings),
    },
    secrets: {
      REDIS_URL: servers.redisUrl,
      MONGODB_URI: servers.mongodbUri,
      ...defined(objects),
      // The gateway requires it; the worker asks the gateway what answers, and so does /status.
      ...(token !== undefined &&
        ASK_GATEWAY.includes(role) && { WHEELHOUSE_INFERENCE_TOKEN: token }),
      ...(role === WITH_TARGETS && defined(targets)),
      ...defined(given.filter(isOfCollector)),
      ...(metricsToken !== undefined && { WHEELHOUSE_METRICS_TOKEN: metricsToken }),
      ...(role === WITH_ADAPTERS && { WHEELHOUSE_TOKEN: servers.token, ...defined(adapters) }),
    },
    announces: true,
    mayFinish: false,
    // A switch makes all roles work at once: callers of the gateway do not wait for them.
    ...(role !== 'serve' && { priority: 'low' }),
    leash: false,
  };
}

/** The only role that talks to the platforms, and the only one with their secrets. */
const WITH_ADAPTERS = 'bot';
const WITH_TARGETS = 'worker';
const ASK_GATEWAY = ['serve', 'worker', 'bot'];

/** Five roles on one machine cannot share a port that somebody chose: it is that of the first. */
function metricsPort(role: string, { metrics: { port } }: Settings): NodeJS.ProcessEnv {
  if (typeof port !== 'number' || port === 0) return {};
  const names: readonly string[] = ROLES;
  return { WHEELHOUSE_METRICS_PORT: String(port + names.indexOf(role)) };
}

/** Headers for a collector of traces may have a token. */
const isOfCollector = ([name, value = '']: readonly [string, string | undefined]): boolean =>
  name.startsWith('OTEL_') && secretsIn(name, value).length > 0;

/** The embedded store, always on the same port, so that its clients find it after a restart. */
export function storeProgram(
  dir: string,
  port: number,
  servers: Pick<Servers, 'environment' | 'ofAdapters'>,
): Program {
  return {
    name: 'store',
    argv: [process.execPath, ...loader(), STORE, '--dir', dir, '--port', String(port)],
    env: harmless(servers.environment, servers.ofAdapters),
    announces: true,
    mayFinish: false,
    priority: 'low',
    leash: false,
  };
}

/** Where the traffic program puts new data of models: `$WHEELHOUSE_HOME/arrivals` in wheelhouse.yaml. */
export const arrivalsIn = ({ home }: Pick<Settings, 'home'>): string => join(home, 'arrivals');

/** The demo's traffic program; on a leash, because it does not know us. */
export async function trafficProgram(
  argv: Argv,
  folder: string,
  settings: Settings,
  { environment, ofAdapters }: Pick<Servers, 'environment' | 'ofAdapters'>,
): Promise<Program> {
  const state = join(settings.home, 'traffic');
  const arrivals = arrivalsIn(settings);
  const user = await trafficUser(argv, folder, settings, { state, arrivals });
  const inherited = Object.entries(harmless(environment, ofAdapters)).filter(
    ([name]) => !isOurs(name),
  );
  const token = environment['WHEELHOUSE_INFERENCE_TOKEN'];
  return {
    name: 'traffic',
    argv: [process.execPath, LEASH, JSON.stringify(user ?? {}), ...argv],
    cwd: folder,
    env: {
      ...Object.fromEntries(inherited),
      ...(user && homeOf(user, state)),
      ...(token !== undefined && { WHEELHOUSE_INFERENCE_TOKEN: token }),
      WHEELHOUSE_INFERENCE_URL: settings.inferenceUrl,
      WHEELHOUSE_STATE_DIR: state,
      WHEELHOUSE_ARRIVALS_DIR: arrivals,
    },
    announces: false,
    mayFinish: true,
    leash: true,
  };
}

/** Settings that programs of the same user may read in /proc. */
function harmless(environment: Environment, ofAdapters: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name, value = '']) => !ofAdapters.includes(name) && secretsIn(name, value).length === 0,
    ),
  );
}

function defined(entries: readonly [string, string | undefined][]): Record<string, string> {
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** The workspace's programs get none of our settings. */
function isOurs(name: string): boolean {
  if (name.startsWith('WHEELHOUSE_REPLAY_')) return false;
  return name.startsWith('WHEELHOUSE_') || name === 'REDIS_URL' || name === 'MONGODB_URI';
}

/**
 * Sources need their loader, built files do not. Options of this process are not passed on: they may include a
 * debugger's port.
 */
function loader(): string[] {
  if (EXTENSION !== '.ts') return [];
  return ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href];
}
