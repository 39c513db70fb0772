import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import mongoose from 'mongoose';
import { expect } from 'vitest';
import { freePort } from '../../src/embedded/free-port.ts';
import { BUILT } from '../built.ts';
import { runProgram } from '../platforms/terminal/run-cli.ts';
import { eventually } from './eventually.ts';
import { descendants, isAlive, type Process, processes } from './processes.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export type Part =
  | 'policy'
  | 'serve'
  | 'worker'
  | 'monitor'
  | 'bot'
  | 'traffic'
  | 'redis'
  | 'store';

/** How each role of a demo is recognized among its child processes. */
const MARKS: Record<Part, string> = {
  policy: ' role policy',
  serve: ' role serve',
  worker: ' role worker',
  monitor: ' role monitor',
  bot: ' role bot',
  traffic: 'leash.mjs',
  redis: 'redis-server|valkey-server',
  store: 'embedded/main.js',
};

interface Answer {
  code: number | null;
  /** The output, if it was one JSON document. */
  json: unknown;
  stdout: string;
  stderr: string;
}

export interface Demo {
  url: string;
  token: string;
  inferenceUrl: string;
  /** Runs the command line against this demo, with `--json`. */
  cli(
    args: readonly string[],
    who?: { as?: string; env?: Record<string, string> },
  ): Promise<Answer>;
  /** Everything that the demo has printed. */
  said(): string;
  /** Undefined while it is not running. */
  pidOf(part: Part): Promise<number | undefined>;
  /** Kills a role with SIGKILL. @returns the ID of the process */
  kill9(part: Part): Promise<number>;
  /** Processes of this demo that match, e.g. the programs of a run by its ID. */
  running(mark: string): Promise<Process[]>;
  /** Ctrl-C. Resolves when it has ended; fails the test if it left anything running. */
  stop(): Promise<void>;
}

/** A state folder for one demo after another, with its database if one is given. */
export interface Home {
  path: string;
  /** Starts the demo in this folder. One at a time. */
  start(env?: Record<string, string>): Promise<Demo>;
  /** Stops what still runs and deletes everything. */
  remove(): Promise<void>;
}

export async function makeHome(): Promise<Home> {
  const path = await mkdtemp(join(tmpdir(), 'wheelhouse-story-'));
  const database = process.env['MONGODB_URI'] && onOwnDatabase(process.env['MONGODB_URI']);
  const ports = { main: await freePort(), inference: await freePort() };
  let last: Demo | undefined;
  return {
    path,
    async start(env = {}) {
      last = await startDemo(path, ports, { ...(database && { MONGODB_URI: database }), ...env });
      return last;
    },
    async remove() {
      await last?.stop();
      if (database) {
        const connection = await mongoose.createConnection(database).asPromise();
        await connection.dropDatabase();
        await connection.close();
      }
      await rm(path, { recursive: true, force: true });
    },
  };
}

function onOwnDatabase(uri: string): string {
  const url = new URL(uri);
  url.pathname = `/wheelhouse_story_${process.pid}_${Date.now()}`;
  return url.href;
}

async function startDemo(
  home: string,
  ports: { main: number; inference: number },
  extra: Record<string, string>,
): Promise<Demo> {
  // What `npm run demo` runs once the machine has all it needs, compiled.
  const child = spawn(process.execPath, [BUILT.main, 'demo'], {
    cwd: ROOT,
    env: {
      ...without(process.env, ['REDIS_URL', 'MONGODB_URI', 'VITEST', 'NODE_OPTIONS']),
      WHEELHOUSE_HOME: home,
      WHEELHOUSE_PORT: String(ports.main),
      WHEELHOUSE_INFERENCE_PORT: String(ports.inference),
      ...extra,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
  const scene = () => said.join('');
  // If the tests are interrupted, the demo ends too.
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  const url = await eventually('the demo is up', () => addressIn(home, child), {
    within: 240_000,
    scene,
  }).catch((error: unknown) => {
    end();
    throw error;
  });
  if (hasEnded(child)) throw new Error(`the demo ended at its start:\n${scene()}`);
  const token = (await readFile(join(home, 'token'), 'utf8')).trim();
  const root = child.pid ?? 0;

  const pidOf = async (part: Part) =>
    (await processes()).find(
      ({ parent, words }) => parent === root && new RegExp(MARKS[part]).test(words),
    )?.pid;
  return {
    url,
    token,
    inferenceUrl: `http://127.0.0.1:${ports.inference}`,
    said: scene,
    pidOf,
    async cli(args, { as = 'dev', env = {} } = {}) {
      const run = runProgram([...args, '--as', as, '--json'], { WHEELHOUSE_HOME: home, ...env });
      const code = await run.exit;
      return { code, json: parsed(run.stdout()), stdout: run.stdout(), stderr: run.stderr() };
    },
    async kill9(part) {
      const pid = await eventually(`${part} runs`, () => pidOf(part), { scene });
      process.kill(pid, 'SIGKILL');
      await eventually(`${part} is dead`, async () => !isAlive(pid), { scene });
      return pid;
    },
    running: async (mark) =>
      (await processes()).filter(({ words }) => words.includes(home) && words.includes(mark)),
    stop: () => stopDemo(child, home, scene),
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Undefined while it starts. Empty once it has ended: there is nothing to wait for. */
async function addressIn(home: string, child: ChildProcess): Promise<string | undefined> {
  if (hasEnded(child)) return '';
  return (await readFile(join(home, 'url'), 'utf8').catch(() => '')).trim() || undefined;
}

async function stopDemo(child: ChildProcess, home: string, scene: () => string): Promise<void> {
  if (hasEnded(child)) return;
  // Redis hides its environment, so it is recognized by its parent.
  const family = descendants(await processes(), child.pid ?? 0);
  const leftovers = async () =>
    (await processes()).filter(
      ({ pid, words }) =>
        words.includes(home) || family.some((one) => one.pid === pid && one.words === words),
    );
  const ended = once(child, 'exit');
  child.kill('SIGINT');
  const [code] = await ended;
  // A process that ends when its parent's pipe closes needs a moment to notice.
  const nothing = eventually('nothing is left', async () => (await leftovers()).length === 0, {
    within: 60_000,
  });
  await nothing.catch(() => undefined);
  const left = await leftovers();
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  expect(left, scene()).toEqual([]);
  expect(code, scene()).toBe(0);
}

function without(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
