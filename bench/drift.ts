import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { BUILT } from '../test/built.ts';

export interface DriftResult {
  rows: number;
  columns: number;
  /** Of the whole process, from its start: the best of the runs, because other programs use the machine too. */
  seconds: number;
  /** Of all its threads; the best of the runs. A busy machine changes it less than `seconds`. */
  cpuSeconds: number;
  /** Peak of the resident memory; the highest of the runs. */
  megabytes: number;
}

const Measured = z.object({
  seconds: z.number(),
  cpuSeconds: z.number(),
  megabytes: z.number(),
});
const MEASURE = new URL('./drift/measure.mjs', import.meta.url).href;

/**
 * `npx wheelhouse drift` as it is installed, over two Parquet files of as many rows: 14 columns of quantities, 3 of
 * whole numbers, 3 of text.
 */
export async function benchDrift({ rows = 1_000_000, runs = 3 } = {}): Promise<DriftResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-drift-'));
  try {
    const files = [join(dir, 'reference.parquet'), join(dir, 'current.parquet')];
    for (const [at, file] of files.entries()) await write(file, rows, at / 20);
    const results = [];
    for (let run = 0; run < runs; run += 1) results.push(await measured(files));
    return {
      ...{ rows, columns: NAMES },
      seconds: Math.min(...results.map(({ seconds }) => seconds)),
      cpuSeconds: Math.min(...results.map(({ cpuSeconds }) => cpuSeconds)),
      megabytes: Math.max(...results.map(({ megabytes }) => megabytes)),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function measured(files: readonly string[]): Promise<z.output<typeof Measured>> {
  const child = fork(BUILT.cli, ['drift', ...files, '--json'], {
    execArgv: ['--import', MEASURE],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const said = await Promise.race([once(child, 'message').then(([message]) => message), ended]);
  await ended;
  return Measured.parse(said);
}

const normal = 'sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())';
const QUANTITIES = 14;
const WHOLE = [10, 1000, 100_000];
const KINDS = [5, 40, 5000];
const NAMES = QUANTITIES + WHOLE.length + KINDS.length;

async function write(file: string, rows: number, shift: number): Promise<void> {
  const columns = [
    ...Array.from(
      { length: QUANTITIES },
      (_, at) => `${normal} + ${at === 3 ? shift : 0} AS n${at}`,
    ),
    ...WHOLE.map((most, at) => `floor(random() * ${most})::INTEGER AS i${at}`),
    ...KINDS.map((most, at) => `'kind ' || floor(pow(random(), 2) * ${most})::INTEGER AS c${at}`),
  ];
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (SELECT ${columns.join(', ')} FROM range(${rows})) TO '${file}' (FORMAT parquet)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
