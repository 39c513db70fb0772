import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../../config/settings.ts';
import type { LoadedWorkspace } from '../../config/workspace.ts';
import { freePort } from '../embedded/free-port.ts';
import { renewPassword, uriOf } from '../embedded/password.ts';
import { pingRedis } from '../embedded/redis/ping.ts';
import { type Crew, createCrew } from './crew.ts';
import { greeting } from './greeting.ts';
import { type Home, openHome } from './home.ts';
import { listenForInterrupts } from './interrupts.ts';
import { openJournal } from './journal.ts';
import { keepRedis } from './keep-redis.ts';
import { demandFree } from './ports.ts';
import {
  arrivalsIn,
  ROLES,
  roleProgram,
  type Servers,
  storeProgram,
  trafficProgram,
} from './programs.ts';

interface Demo {
  settings: Settings;
  workspace: LoadedWorkspace;
  /** Deletes what earlier runs left in the state folder. */
  fresh: boolean;
  /** Variables that only the process with the adapters may read. */
  ofAdapters: readonly string[];
  /** Variables that only the worker may read. */
  ofTargets: readonly string[];
  /** Of the object store. */
  ofObjects: readonly string[];
}

/**
 * Runs a complete Wheelhouse on one machine: its own servers, unless external ones are given, every role as a
 * process, and the workspace's traffic. Keeps them running until a signal, then stops them all.
 * @throws WheelhouseError if something prevents it, with nothing left running
 */
export async function runDemo(demo: Demo): Promise<void> {
  const { settings: wanted, fresh } = demo;
  const settings = await withPorts(wanted);
  const home = await openHome(settings.home, fresh);
  const crew = createCrew(join(home.path, 'logs'), say);
  const interrupts = listenForInterrupts(() => {
    say('Killed the remaining processes.');
    crew.kill();
    process.exit(130);
  });
  try {
    await start(crew, home, { ...demo, settings }, interrupts.signal);
    await until(interrupts.signal);
    say('Stopping everything …');
  } catch (error) {
    // Someone who presses Ctrl-C during startup needs no report about what was interrupted.
    if (!interrupts.signal.aborted) throw error;
  } finally {
    await crew.dismiss();
    await home.release();
    interrupts.close();
  }
}

async function start(crew: Crew, home: Home, demo: Demo, signal: AbortSignal): Promise<void> {
  const { settings, workspace, fresh, ofAdapters, ofTargets, ofObjects } = demo;
  if (fresh && (settings.redisUrl ?? settings.mongodbUri) !== undefined)
    say(
      '--fresh emptied the state folder. It did not change the servers at REDIS_URL and MONGODB_URI.',
    );
  const token = await home.token(settings.token);
  const mongodbUri = await storeFor(crew, home, demo, signal);
  const redisUrl = await redisFor(crew, home, settings.redisUrl);
  signal.throwIfAborted();

  // New data that the traffic program brings; there before anybody looks.
  if (workspace.traffic) await mkdir(arrivalsIn(settings), { recursive: true });
  const { environment } = settings;
  const servers: Servers = {
    redisUrl,
    mongodbUri,
    token,
    environment,
    ofAdapters,
    ofTargets,
    ofObjects,
  };
  const roles = [];
  for (const role of ROLES) roles.push(await crew.hire(roleProgram(role, settings, servers)));
  await sooner(signal, Promise.all(roles.map(({ ready }) => ready)));
  if (workspace.traffic)
    await crew.hire(await trafficProgram(workspace.traffic, workspace.folder, settings, servers));

  const address = `http://${reachable(settings.host)}:${settings.port}`;
  await home.announce(address);
  process.stdout.write(`${greeting(address, token, workspace, settings.home)}\n`);
}

async function storeFor(
  crew: Crew,
  home: Home,
  { settings: { mongodbUri: given, environment }, ofAdapters }: Demo,
  signal: AbortSignal,
): Promise<string> {
  // The roles check whether that one answers: only they speak MongoDB.
  if (given !== undefined) return given;
  const dir = join(home.path, 'store');
  const port = await freePort();
  const password = await renewPassword(dir);
  const { ready } = await crew.hire(storeProgram(dir, port, { environment, ofAdapters }));
  await sooner(signal, ready);
  return uriOf(port, password);
}

async function redisFor(crew: Crew, home: Home, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    await pingRedis(given);
    return given;
  }
  const journal = await openJournal(join(home.path, 'logs'), 'redis');
  const redis = await keepRedis(join(home.path, 'redis'), journal, say);
  crew.join({ name: 'Redis', ...redis });
  return redis.url;
}

/** Port 0 is any free one; picked here, because every process must know it. */
async function withPorts(settings: Settings): Promise<Settings> {
  const { host, port, inferencePort, inferenceUrl } = settings;
  await demandFree([
    { variable: 'WHEELHOUSE_PORT', host, port },
    { variable: 'WHEELHOUSE_INFERENCE_PORT', host, port: inferencePort },
  ]);
  const inference = inferencePort || (await freePort());
  return {
    ...settings,
    port: port || (await freePort()),
    inferencePort: inference,
    inferenceUrl: inferencePort === 0 ? `http://127.0.0.1:${inference}` : inferenceUrl,
  };
}

function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

/** Waits for the work, but no longer than until the user wants to stop. */
function sooner(signal: AbortSignal, work: Promise<unknown>): Promise<unknown> {
  return Promise.race([work, until(signal).then(() => signal.throwIfAborted())]);
}

function until(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
