import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { Json } from '../src/core/json.ts';
import type { Measures } from '../src/core/monitor.ts';
import { performance as kind } from '../src/monitoring/kinds/performance/index.ts';
import { folderOf } from '../src/serving/log/folders.ts';
import { segmentName, writerName } from '../src/serving/log/segments.ts';
import { binary } from '../src/tasks/binary/index.ts';
import { createPredictionReader } from '../src/wiring/prediction-reader.ts';

export interface PerformanceResult {
  /** Predictions in the window, each with a label. */
  rows: number;
  /** Joining, measuring and judging the window: the best of the runs, since others use the machine too. */
  whole: { seconds: number; cpuSeconds: number };
  /** The same with the loss of each value of a column. */
  sliced: { seconds: number; cpuSeconds: number };
}

const FLIGHTS = { model: 'flights', environment: 'production' };
const START = Date.parse('2001-03-01T00:00:00Z');
const WEEK_MS = 7 * 86_400_000;

/**
 * One look of a monitor of performance at a week of predictions in a log of Parquet files, and at all their labels:
 * the join, all metrics, the risk and the judgement. With and without slices, in turns.
 */
export async function benchPerformance({
  rows = 1_000_000,
  runs = 3,
} = {}): Promise<PerformanceResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-performance-'));
  try {
    await writeLog(dir, rows);
    const whole = await openMonitor(dir, []);
    const sliced = await openMonitor(dir, ['carrier']);
    const found: Record<'whole' | 'sliced', { seconds: number; cpuSeconds: number }[]> = {
      ...{ whole: [], sliced: [] },
    };
    for (let run = 0; run < runs; run += 1) {
      found.whole.push(await timed(whole, rows));
      found.sliced.push(await timed(sliced, rows));
    }
    const best = (all: readonly { seconds: number; cpuSeconds: number }[]) => ({
      seconds: Math.min(...all.map(({ seconds }) => seconds)),
      cpuSeconds: Math.min(...all.map(({ cpuSeconds }) => cpuSeconds)),
    });
    return { rows, whole: best(found.whole), sliced: best(found.sliced) };
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function openMonitor(dir: string, slices: readonly string[]) {
  const fields = kind.schema.parse({ kind: 'performance', slices });
  const monitor = { name: 'performance', ...fields };
  const evaluation = {
    ...{ version: 'flights@1', reference: '', metrics: { brier: 0.17 }, at: new Date(0) },
    dataset: { window: { from: new Date(0), to: new Date(1) }, sha256: '', rows: 20_000 },
  };
  const version = {
    ...{ id: 'flights@1', number: 1, model: 'flights', run: 'run-1' },
    ...{ artifact: { sha256: '', bytes: 1 }, dataset: evaluation.dataset, parameters: {} },
    ...{ code: { revision: '', dirty: false }, runtime: {}, reported: {} },
    ...{ createdBy: 'dev', createdAt: new Date(0) },
  };
  const unused = () => Promise.reject(new Error('performance does not need this'));
  const needs: Measures = {
    versions: { evaluation: async () => evaluation, resolve: async () => version },
    predictions: createPredictionReader(dir, 'production'),
    profiles: { within: unused, buckets: unused },
    traffic: { within: unused },
    artifacts: { read: unused },
  };
  const opened = await kind.open(
    {
      environment: 'production',
      version: 1,
      model: { name: 'flights', features: { carrier: 'category' }, task: binary },
    },
    monitor,
    needs,
  );
  if (!opened) throw new Error('opening a monitor of performance: nothing to compare with');
  return { opened, monitor };
}

async function timed(
  { opened, monitor }: Awaited<ReturnType<typeof openMonitor>>,
  rows: number,
): Promise<{ seconds: number; cpuSeconds: number }> {
  const window = { from: new Date(START), to: new Date(START + WEEK_MS) };
  const [began, usage] = [performance.now(), process.cpuUsage()];
  const measured: Json = (await opened.measure(window, new AbortController().signal)) ?? null;
  const { status } = kind.judge({ window, measured }, [], monitor);
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(usage);
  if (status !== 'ok') throw new Error(`judging ${rows} rows: ${status}`);
  return { seconds, cpuSeconds: (user + system) / 1e6 };
}

/** Scores that mean what they say, and a label for each, as the log and its compaction write them. */
async function writeLog(dir: string, rows: number): Promise<void> {
  const folder = folderOf(dir, FLIGHTS);
  await mkdir(folder, { recursive: true });
  const writer = writerName(new Date(START));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const write = (name: 'predictions' | 'labels', columns: string) =>
    connection.run(
      `COPY (SELECT ${columns} FROM rows) TO '${join(folder, segmentName(name, writer, 1, 1))}.parquet'
       (FORMAT parquet, COMPRESSION zstd)`,
    );
  const time = (ms: number) =>
    `make_timestamp((${ms} + row * ${WEEK_MS} // ${rows})::BIGINT * 1000)`;
  try {
    await connection.run(
      `CREATE TABLE rows AS SELECT range AS row, 'request-' || hash(range) AS id, random() AS score,
         random() AS chance, 1 + (range % 12) AS carrier FROM range(${rows})`,
    );
    await write(
      'predictions',
      `id, ${time(START)} AS "time", 1 AS version, score,
       '{"distance":' || (score * 2000)::INTEGER || ',"carrier":"' || carrier || '"}' AS features`,
    );
    await write(
      'labels',
      `id, (chance < score)::INTEGER::DOUBLE AS label, ${time(START + 86_400_000)} AS received`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
