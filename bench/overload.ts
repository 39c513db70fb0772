import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import autocannon from 'autocannon';
import { slowModel } from '../test/serving/endless-model.ts';
import { openOurs } from './inference/open.ts';
import { startLoad } from './load.ts';
import { median, quantile } from './numbers.ts';

export interface OverloadResult {
  /** Requests a second that it answers to callers who wait for their answers. */
  capacity: number;
  /** How much more arrives. */
  times: number;
  /** A second, while so much arrives. */
  admitted: number;
  refused: number;
  /** Not answered at all, in all rounds. */
  lost: number;
  /** Milliseconds. Medians of the rounds, and of their ratios. */
  p99: { unloaded: number; overloaded: number; ratio: number };
}

const FEATURES = { distance: 'number', carrier: 'category' } as const;
const ROW = {
  inputs: [
    { name: 'distance', datatype: 'FP32', shape: [1, 1], data: [1] },
    { name: 'carrier', datatype: 'BYTES', shape: [1, 1], data: ['AA'] },
  ],
};
/** About a millisecond: the client, on the same cores, must be able to send three times as many. */
const ROUNDS_OF_MODEL = 1500;
const LITTLE = 0.3;
const SETTLED_MS = 2000;
const CAPACITY_SECONDS = 1;
/** As `deadlines.queue_ms` is by default. */
const QUEUE_MS = 10;
/** Fewer than it refuses. */
const CALLERS = 3;

/** A gateway that gets more requests than it can answer, compared with little load, in turns. */
export async function benchOverload({
  rounds = 5,
  seconds = 3,
  times = 3,
}: {
  rounds?: number;
  seconds?: number;
  times?: number;
} = {}): Promise<OverloadResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-overload-'));
  const gateway = await openOurs(dir, {
    ...{ bytes: slowModel(ROUNDS_OF_MODEL), features: FEATURES, queueMs: QUEUE_MS },
  });
  const url = `${gateway.url}/infer`;
  let lost = 0;
  const load = async (perSecond: number) => {
    const running = startLoad({ url, body: ROW, perSecond });
    // It finds out that it is saturated, and works off what has arrived until then.
    await wait(SETTLED_MS);
    const before = running.counts();
    await wait(1000 * seconds);
    const after = running.counts();
    const { failed, refused } = await running.stop();
    lost += failed - refused;
    const latencies = after.latencies.slice(before.latencies.length);
    return {
      answered: latencies.length,
      refused: after.refused - before.refused,
      p99: quantile(latencies, 0.99),
    };
  };
  try {
    const shots: Record<'unloaded' | 'overloaded', Awaited<ReturnType<typeof load>>>[] = [];
    const capacities: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      // Of each round: that of a machine with other work changes.
      const capacity = await capacityOf(url, CAPACITY_SECONDS);
      capacities.push(capacity);
      const unloaded = await load(LITTLE * capacity);
      shots.push({ unloaded, overloaded: await load(times * capacity) });
    }
    const middle = (what: 'answered' | 'refused' | 'p99') =>
      median(shots.map(({ overloaded }) => overloaded[what]));
    return {
      ...{ capacity: median(capacities), times },
      admitted: middle('answered') / seconds,
      refused: middle('refused') / seconds,
      lost,
      p99: {
        unloaded: median(shots.map(({ unloaded }) => unloaded.p99)),
        overloaded: middle('p99'),
        ratio: median(shots.map(({ unloaded, overloaded }) => overloaded.p99 / unloaded.p99)),
      },
    };
  } finally {
    await gateway.close();
    await rm(dir, { recursive: true });
  }
}

async function capacityOf(url: string, duration: number): Promise<number> {
  const result = await autocannon({
    ...{ url, method: 'POST', body: JSON.stringify(ROW), connections: CALLERS, duration },
    headers: { 'content-type': 'application/json' },
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${url}: not all requests were answered.`);
  return result['2xx'] / result.duration;
}
