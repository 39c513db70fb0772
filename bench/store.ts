import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { startEmbeddedStore } from '../src/embedded/store-process.ts';
import { median } from './numbers.ts';

/** Milliseconds of one query, with the index and with a full scan. */
interface Beside {
  indexed: number;
  scanned: number;
}

export interface StoreResult {
  rows: number;
  newest: Beside;
  range: Beside;
}

interface Row {
  _id: number;
  at: Date;
  /** The same time, in no index. */
  unindexed: Date;
  text: string;
}

const PAGE = 50;
const BATCH = 5000;

/**
 * The embedded store through the driver: the newest fifty of many rows, and a range of 0.1% of them in the middle,
 * by a sorted index and by a field that has none.
 */
export async function benchStore({ rows = 200_000, times = 15 } = {}): Promise<StoreResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-store-'));
  const store = await startEmbeddedStore({ dir });
  const client = new mongoose.mongo.MongoClient(store.uri);
  try {
    const found = client.db().collection<Row>('rows');
    await found.createIndex({ at: -1, _id: -1 });
    for (let from = 0; from < rows; from += BATCH)
      await found.insertMany(
        Array.from({ length: Math.min(BATCH, rows - from) }, (_, i) => rowAt(from + i)),
      );

    const newest = (field: 'at' | 'unindexed') => () =>
      found
        .find()
        .sort({ [field]: -1, _id: -1 })
        .limit(PAGE)
        .toArray();
    const [from, to] = [rowAt(rows / 2).at, rowAt(rows / 2 + rows / 1000).at];
    const range = (field: 'at' | 'unindexed') => () =>
      found.find({ [field]: { $gte: from, $lt: to } }).toArray();
    return {
      rows,
      newest: await beside(newest, PAGE, times),
      range: await beside(range, rows / 1000, times),
    };
  } finally {
    await client.close();
    await store.stop();
    await rm(dir, { recursive: true });
  }
}

function rowAt(_id: number): Row {
  const at = new Date(1_700_000_000_000 + _id * 1000);
  return {
    _id,
    at,
    unindexed: at,
    text: `a row of some length, as runs and audit events are: ${_id}`,
  };
}

async function beside(
  ask: (field: 'at' | 'unindexed') => () => Promise<unknown[]>,
  expected: number,
  times: number,
): Promise<Beside> {
  const took: Record<'at' | 'unindexed', number[]> = { at: [], unindexed: [] };
  // In turns, so that both have the same noise.
  for (let n = 0; n < times; n += 1)
    for (const field of ['at', 'unindexed'] as const) {
      const began = performance.now();
      const found = await ask(field)();
      took[field].push(performance.now() - began);
      if (found.length !== expected) throw new Error(`${found.length} rows instead of ${expected}`);
    }
  return { indexed: median(took.at), scanned: median(took.unindexed) };
}
