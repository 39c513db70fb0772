import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { literal, withDatabase } from '../../../examples/flights/database.ts';
import {
  DEFAULT_SAMPLE,
  flightsIn,
  type Label,
  type Window,
} from '../../../examples/flights/flights.ts';
import { builtProgram } from '../../built.ts';

const WORKSPACE = fileURLToPath(new URL('../../../examples/flights/', import.meta.url));

export const FEATURES = {
  hour: 'number',
  weekday: 'number',
  distance: 'number',
  origin: 'category',
  destination: 'category',
  recent_lateness: 'number',
} as const;

interface Asked {
  /** Additional arguments of the program; by default those of the binary model. */
  argument?: string;
  from?: string;
  to?: string;
  parameters?: Record<string, unknown>;
  data?: string;
}

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The report lines on standard output. */
  reports: Record<string, unknown>[];
}

export const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'flights-'));

export const JANUARY = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
export const FEBRUARY = { from: new Date('2001-02-01'), to: new Date('2001-02-15') };

/** What the dataset program writes, as SQL. */
export const flights = (window: Window, label: Label, perDay = DEFAULT_SAMPLE): string =>
  flightsIn(window, perDay, label);

/** A folder with the given rows as its dataset, without running a program. */
export async function dataOf(rows: string): Promise<string> {
  const dir = await folder();
  const path = literal(join(dir, 'data.parquet'));
  await withDatabase((db) => db.run(`COPY (${rows}) TO ${path} (FORMAT parquet)`));
  return dir;
}

/** Runs a program as a run does; the dataset is `data.parquet`. */
export async function startRun(program: string, runDir: string, asked: Asked = {}) {
  const { from = '2001-01-01', to = '2001-02-01', parameters = {} } = asked;
  const window = { from: `${from}T00:00:00.000Z`, to: `${to}T00:00:00.000Z` };
  const out = join(runDir, 'data.parquet');
  const request = join(runDir, 'request.json');
  const data = asked.data ?? out;
  const content = { run: 'r-1', model: 'flights', window, parameters, out, data };
  await writeFile(request, JSON.stringify({ ...content, features: FEATURES, label: 'late' }));
  const words = [asked.argument ?? (program === 'dataset' ? 'late' : 'logistic')];
  return start(program, { WHEELHOUSE_REQUEST: request, WHEELHOUSE_RUN_DIR: runDir }, words);
}

export const run = async (program: string, runDir: string, asked?: Asked): Promise<Ended> =>
  ended(await startRun(program, runDir, asked));

type Child = ChildProcessByStdio<null, Readable, Readable>;

export function start(program: string, env: Record<string, string>, words: string[] = []): Child {
  const built = builtProgram(`examples/flights/${program}.ts`);
  return spawn(process.execPath, [built, ...words], {
    cwd: WORKSPACE,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

export async function ended(child: Child): Promise<Ended> {
  const exit = new Promise<Pick<Ended, 'code' | 'signal'>>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const [stdout, stderr, how] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return { ...how, stdout, stderr, reports: lines.map((line) => JSON.parse(line)) };
}
