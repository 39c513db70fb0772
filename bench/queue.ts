import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import { openQueue } from '../src/queue/index.ts';
import { createWorld } from '../test/fakes/world.ts';
import { median, quantile } from './numbers.ts';

interface Side {
  jobsPerSecond: number;
  /** Milliseconds from before the job is added until it runs. */
  p50: number;
  p99: number;
}

export interface QueueResult {
  ours: Side;
  bare: Side;
  /** Median of the rounds' ratios of jobs a second: both sides of a round have the same noise. */
  ratio: number;
  rounds: number;
}

interface Contender {
  add(n: number): Promise<unknown>;
  close(): Promise<void>;
}

const CONCURRENCY = 50;
const ADDS_IN_FLIGHT = 100;
const STEADY_PER_SECOND = 200;

/**
 * Jobs that do nothing in our queue (payload checked, duplicates detected, finished jobs kept for a while, slow jobs
 * logged to a file), compared with a bare BullMQ queue and worker with defaults. Both run in this process on one Redis
 * with the same concurrency, in turns, so that both have the same noise. Rates are medians of the rounds, latencies are
 * of all rounds together.
 */
export async function benchQueue({
  url,
  rounds = 15,
  jobs = 600,
  steady = 60,
}: {
  url: string;
  rounds?: number;
  /** Jobs in a round that measures the rate. */
  jobs?: number;
  /** Jobs in a round that measures the latency, one every 5 ms. */
  steady?: number;
}): Promise<QueueResult> {
  const starts = createStarts();
  const prefix = `bench-${randomUUID().slice(0, 8)}`;
  const contenders = {
    ours: await openOurs(url, `${prefix}-ours`, starts.note),
    bare: await openBare(url, `${prefix}-bare`, starts.note),
  };
  const measured = { ours: newSamples(), bare: newSamples() };
  try {
    for (const who of SIDES) await starts.rate(contenders[who], Math.min(jobs, 500));
    for (let round = 0; round < rounds; round += 1)
      for (const who of round % 2 ? SIDES : SIDES.toReversed()) {
        measured[who].rates.push(await starts.rate(contenders[who], jobs));
        measured[who].latencies.push(...(await starts.latencies(contenders[who], steady)));
      }
  } finally {
    for (const who of SIDES) await contenders[who].close();
    await sweep(url, prefix);
  }
  const { ours, bare } = measured;
  const ratio = median(ours.rates.map((rate, n) => rate / (bare.rates[n] ?? Number.NaN)));
  return { ours: sideOf(ours), bare: sideOf(bare), ratio, rounds };
}

const SIDES = ['ours', 'bare'] as const;

const newSamples = (): { rates: number[]; latencies: number[] } => ({ rates: [], latencies: [] });

function sideOf({ rates, latencies }: ReturnType<typeof newSamples>): Side {
  return {
    jobsPerSecond: median(rates),
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  };
}

/** The start of each job, by its number. */
function createStarts() {
  const started = new Map<number, number>();
  let next = 0;
  let wanted = 0;
  let enough = () => {};

  /** Returns the numbers of the next jobs, and a promise that resolves when all have started. */
  function expect(count: number) {
    started.clear();
    const numbers = Array.from({ length: count }, (_, n) => next + n);
    next += count;
    wanted = count;
    const all = new Promise<void>((resolve) => {
      enough = resolve;
    });
    return { numbers, all };
  }

  return {
    note(n: number) {
      started.set(n, performance.now());
      if (started.size === wanted) enough();
    },
    async rate({ add }: Contender, count: number): Promise<number> {
      const { numbers, all } = expect(count);
      const began = performance.now();
      await Promise.all(
        Array.from({ length: ADDS_IN_FLIGHT }, async () => {
          for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) await add(n);
        }),
      );
      await all;
      return (1000 * count) / (performance.now() - began);
    },
    async latencies({ add }: Contender, count: number): Promise<number[]> {
      const { numbers, all } = expect(count);
      const added = new Map<number, number>();
      const adds: Promise<unknown>[] = [];
      await new Promise<void>((done) => {
        const timer = setInterval(() => {
          const n = numbers.pop();
          if (n === undefined) {
            clearInterval(timer);
            return done();
          }
          added.set(n, performance.now());
          adds.push(add(n));
        }, 1000 / STEADY_PER_SECOND);
      });
      await Promise.all([all, ...adds]);
      return [...added].map(([n, at]) => (started.get(n) ?? Number.NaN) - at);
    },
  };
}

async function openOurs(
  url: string,
  prefix: string,
  started: (n: number) => void,
): Promise<Contender> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-queue-'));
  const log = pino(pino.destination({ dest: join(dir, 'log'), sync: true }));
  const queue = await openQueue({ url, prefix, log });
  const noop = defineJob({
    name: 'no-op',
    lane: 'control',
    payload: z.object({ n: z.number() }),
    once: ({ n }) => `n${n}`,
    attempts: 3,
    run: async ({ n }) => started(n),
  });
  const worker = queue.work('control', [noop], createWorld(), { concurrency: CONCURRENCY });
  return {
    add: (n) => queue.jobs.enqueue(noop, { n }),
    async close() {
      await worker.close(1000);
      await queue.close();
      await rm(dir, { recursive: true });
    },
  };
}

async function openBare(
  url: string,
  prefix: string,
  started: (n: number) => void,
): Promise<Contender> {
  const [adding, working] = [1, 2].map(() => new Redis(url, { maxRetriesPerRequest: null }));
  if (!adding || !working) throw new Error('two connections were asked for');
  const queue = new Queue<{ n: number }>('bare', { connection: adding, prefix });
  const worker = new Worker<{ n: number }>('bare', async ({ data }) => started(data.n), {
    connection: working,
    prefix,
    concurrency: CONCURRENCY,
  });
  await worker.waitUntilReady();
  return {
    add: (n) => queue.add('no-op', { n }),
    async close() {
      await worker.close();
      await queue.close();
      for (const redis of [adding, working]) redis.disconnect();
    },
  };
}

/** Removes our keys from the Redis, which may be used by others. */
async function sweep(url: string, prefix: string): Promise<void> {
  const redis = new Redis(url);
  for await (const keys of redis.scanStream({ match: `${prefix}*`, count: 1000 }))
    if (keys.length > 0) await redis.unlink(...keys);
  redis.disconnect();
}
