import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { CATEGORIES, model, NUMBERS, openOurs, openScript, TYPICAL } from './inference/open.ts';
import { median } from './numbers.ts';
import { inTurns, ratioOf } from './rounds.ts';

export interface BatchesResult {
  /** In a request. */
  rows: number;
  /** Rows a second. */
  ours: number;
  bare: number;
  /** Median of the rounds' ratios. */
  ratio: number;
}

/**
 * Batches of predictions to the gateway, which checks them and answers when they are on disk, compared with a bare
 * fastify route that parses the same JSON and stores nothing. Each runs in its own process, in turns; medians of the
 * rounds.
 */
export async function benchBatches({
  rounds = 4,
  seconds = 4,
  rows = 10_000,
} = {}): Promise<BatchesResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-batches-'));
  const ours = await openOurs(dir, { bytes: model(), typical: TYPICAL });
  const bare = await openScript('../batches/bare.ts');
  const body = batch(rows);
  const shoot = async (url: string) => (await requests(`${url}/predictions`, body, seconds)) * rows;
  try {
    const shots = await inTurns(rounds, { ours: ours.url, bare: bare.url }, shoot);
    return {
      rows,
      ours: median(shots.map((shot) => shot.ours)),
      bare: median(shots.map((shot) => shot.bare)),
      ratio: ratioOf(shots, (perSecond) => perSecond),
    };
  } finally {
    await ours.close();
    await bare.close();
    await rm(dir, { recursive: true });
  }
}

/** With an ID and a time for each row. */
function batch(rows: number): string {
  const shape = [rows];
  const each = <T>(value: (row: number) => T) =>
    Array.from({ length: rows }, (_, row) => value(row));
  const start = Date.parse('2001-02-03T00:00:00Z');
  return JSON.stringify({
    inputs: [
      ...NUMBERS.map((name, at) => ({
        name,
        datatype: 'FP32',
        shape,
        data: each((row) => ((row * (at + 7)) % 1000) / 8),
      })),
      ...CATEGORIES.map((name) => ({
        name,
        datatype: 'BYTES',
        shape,
        data: each((row) => ['AA', 'SFO', 'UA'][row % 3]),
      })),
    ],
    outputs: [{ name: 'score', datatype: 'FP32', shape, data: each((row) => row / rows) }],
    parameters: {
      ids: each((row) => `row-${row}`),
      times: each((row) => new Date(start + row * 1000).toISOString()),
    },
  });
}

/** Requests a second. */
async function requests(url: string, body: string, duration: number): Promise<number> {
  const headers = { 'content-type': 'application/json' };
  const result = await autocannon({ url, method: 'POST', headers, body, connections: 8, duration });
  if (result.non2xx + result.errors > 0) throw new Error(`${url}: not all requests were answered.`);
  return result['2xx'] / result.duration;
}
