import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelSpec } from '../src/core/model.ts';
import type { RequestBatch } from '../src/core/ports/predictions.ts';
import { answered } from '../src/evaluation/answered.ts';
import { createWhatIf } from '../src/evaluation/what-if.ts';
import { createFolderArtifacts } from '../src/objects/artifacts.ts';
import { createScorer } from '../src/serving/batch.ts';
import { folderOf } from '../src/serving/log/folders.ts';
import { segmentName, writerName } from '../src/serving/log/segments.ts';
import { binary } from '../src/tasks/binary/index.ts';
import { createPredictionReader } from '../src/wiring/prediction-reader.ts';
import { forkScoring } from '../test/compiled/fork.ts';
import { flights } from '../test/training/spec.ts';
import { CATEGORIES, model, NUMBERS } from './inference/open.ts';
import { median } from './numbers.ts';

export interface WhatIfBenchResult {
  rows: number;
  /** Rows a second: reading the log, scoring in a process of its own, and comparing; and the session alone. */
  ours: number;
  bare: number;
  ratio: number;
}

const START = Date.parse('2001-03-01T00:00:00Z');
const WEEK_MS = 7 * 86_400_000;
const WINDOW = { from: new Date(START), to: new Date(START + WEEK_MS) };
const SPEC: ModelSpec = {
  ...flights,
  features: Object.fromEntries([
    ...NUMBERS.map((name) => [name, 'number'] as const),
    ...CATEGORIES.map((name) => [name, 'category'] as const),
  ]),
};

/**
 * Sending logged requests through another version, compared with a bare onnxruntime session that runs the same model on
 * as many rows which are in memory already, in turns.
 */
export async function benchWhatIf({
  rows = 1_000_000,
  rounds = 2,
} = {}): Promise<WhatIfBenchResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-what-if-'));
  try {
    await writeLog(dir, rows);
    const bytes = model();
    const artifacts = createFolderArtifacts(join(dir, 'artifacts'));
    const { sha256 } = await artifacts.putBytes(bytes);
    const scorer = createScorer(artifacts, forkScoring);
    const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
    const reader = createPredictionReader(dir, 'production');
    const signal = new AbortController().signal;
    const requests = () =>
      reader.requests(
        {
          ...{ model: 'flights', environment: 'production', window: WINDOW, answer: 'score' },
          ...{ width: 1, features: SPEC.features },
        },
        signal,
      );
    const ours = async () => {
      const found = createWhatIf({
        ...{ task: binary, classes: [], features: SPEC.features, version: 2 },
        ...{ trained: { from: new Date(0), to: new Date(1) }, primary: ['auc'] },
      });
      const model = await scorer.open(sha256, SPEC, { name: 'flights v2', signal });
      try {
        for await (const one of answered(requests(), async () => model))
          found.add(one.requests, one.answers);
      } finally {
        model.close();
      }
      if (found.result().rows !== rows)
        throw new Error('asking what if: not all rows were compared');
    };
    let one: RequestBatch | undefined;
    for await (const batch of requests()) {
      one = batch;
      break;
    }
    if (!one) throw new Error('reading the log: no requests');
    const feeds = feedsOf(one);
    const batches = Math.ceil(rows / one.rows);
    const bare = async () => {
      for (let at = 0; at < batches; at += 1) await session.run(feeds);
    };
    const paces = [];
    for (let round = 0; round < rounds; round += 1)
      paces.push({
        bare: (batches * one.rows) / (await secondsOf(bare)),
        ours: rows / (await secondsOf(ours)),
      });
    return {
      rows,
      ours: median(paces.map((pace) => pace.ours)),
      bare: median(paces.map((pace) => pace.bare)),
      ratio: median(paces.map((pace) => pace.ours / pace.bare)),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function feedsOf({ rows, features }: RequestBatch): Record<string, Tensor> {
  const shape = [rows, 1];
  return Object.fromEntries([
    ...NUMBERS.map((name) => {
      const column = features[name];
      const data = column instanceof Float64Array ? Float32Array.from(column) : [];
      return [name, new Tensor('float32', data, shape)] as const;
    }),
    ...CATEGORIES.map((name) => {
      const column = features[name];
      const data =
        column && 'codes' in column
          ? Array.from(column.codes, (code) => `${column.values[code]}`)
          : [];
      return [name, new Tensor('string', data, shape)] as const;
    }),
  ]);
}

/** As the gateway's log is after its compaction. */
async function writeLog(dir: string, rows: number): Promise<void> {
  const folder = folderOf(dir, { model: 'flights', environment: 'production' });
  await mkdir(folder, { recursive: true });
  const writer = writerName(new Date(START));
  const file = (name: 'predictions' | 'labels') =>
    join(folder, `${segmentName(name, writer, 1, 1)}.parquet`);
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const numbers = NUMBERS.map((name, at) => `"${name}":' || round(random() * ${at + 2}, 3) || '`);
  const categories = CATEGORIES.map(
    (name) => `"${name}":"' || (['AA', 'SFO', 'UA'])[1 + (range % 3)::INTEGER] || '"`,
  );
  try {
    await connection.run(
      `COPY (SELECT 'request-' || range AS id,
         make_timestamp((${START} + range * ${WEEK_MS} // ${rows})::BIGINT * 1000) AS "time",
         1 AS version, random() AS score, '{${[...numbers, ...categories].join(',')}}' AS features
         FROM range(${rows})) TO '${file('predictions')}' (FORMAT parquet, COMPRESSION zstd)`,
    );
    await connection.run(
      `COPY (SELECT 'request-' || range AS id, (random() < 0.3)::INTEGER::DOUBLE AS label,
         make_timestamp(${START + WEEK_MS}::BIGINT * 1000) AS received
         FROM range(0, ${rows}, 20)) TO '${file('labels')}' (FORMAT parquet, COMPRESSION zstd)`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
