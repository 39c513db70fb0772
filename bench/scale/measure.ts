import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { z } from 'zod';
import { defineJob } from '../../src/core/job.ts';
import type { ProfileDocument } from '../../src/core/ports/profiles.ts';
import { createProfile, observe, type Profile } from '../../src/monitoring/profile/profile.ts';
import { buildReference, readReference } from '../../src/monitoring/profile/reference.ts';
import type { BinSpec } from '../../src/monitoring/profile/spec.ts';
import { openQueue } from '../../src/queue/index.ts';
import { rowsOf, withDuck } from '../../src/serving/log/duck.ts';
import { folderOf, foldersOf } from '../../src/serving/log/folders.ts';
import { writeParquet } from '../../src/serving/log/parquet.ts';
import { listSegments } from '../../src/serving/log/segments.ts';
import { pruneCursor, tailSegments } from '../../src/serving/log/tail.ts';
import { createProfiler } from '../../src/serving/profiler.ts';
import { binary } from '../../src/tasks/binary/index.ts';
import { createWorld } from '../../test/fakes/world.ts';
import { CATEGORIES, model, NUMBERS, openOurs, TYPICAL } from '../inference/open.ts';
import { benchProfiles } from '../profiles.ts';
import { cpuOf } from '../slack/cpu.ts';
import type { Costs } from './costs.ts';
import { seeded } from './queueing.ts';

const ENDPOINT = { model: 'flights', environment: 'production' };
const JOBS = 3000;

/** Measures by the time of a core, which a busy machine changes little; wall-clock time would be a different figure. */
export async function measureCosts(redisUrl: string, seconds = 10): Promise<Costs> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-scale-'));
  try {
    const { requestMs, rows } = await requests(dir, seconds);
    const folders = foldersOf(join(dir, 'log'), ENDPOINT, 'production');
    const { checks } = await benchProfiles({ rows: 20_000, models: 5, rounds: 3 });
    return {
      requestMs,
      ...(await sizes(folderOf(join(dir, 'log'), ENDPOINT), rows)),
      foldUs: await folding(folders),
      checkMs: checks[0]?.ms ?? Number.NaN,
      ...(await jobs(redisUrl)),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Of all processes of the gateway, and none of the client, which is this process. */
async function requests(dir: string, duration: number) {
  const gateway = await openOurs(dir, { bytes: model(), typical: TYPICAL });
  const shape = [1, 1];
  const random = seeded(3);
  /** Different rows, as the log would have them: equal ones compress to nothing. */
  const body = () =>
    JSON.stringify({
      inputs: [
        ...NUMBERS.map((name) => ({
          ...{ name, datatype: 'FP32', shape },
          data: [Math.round(1000 * random()) / 100],
        })),
        ...CATEGORIES.map((name) => ({
          ...{ name, datatype: 'BYTES', shape },
          data: [random() < 0.5 ? 'AA' : 'SFO'],
        })),
      ],
    });
  const shoot = (time: number) =>
    autocannon({
      url: `${gateway.url}/infer`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
      connections: 16,
      duration: time,
    });
  const warm = await shoot(2);
  const before = await ofChildren();
  const result = await shoot(duration);
  const spent = (await ofChildren()) - before;
  if (result.non2xx + result.errors > 0) throw new Error('Not all requests were answered.');
  await gateway.close();
  return { requestMs: spent / result['2xx'], rows: warm['2xx'] + result['2xx'] };
}

/** Milliseconds of CPU of the processes that this one has started. */
async function ofChildren(): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const times = await Promise.all(
    pids.map(async (pid) => {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      const parent = Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === process.pid ? cpuOf(pid).catch(() => 0) : 0;
    }),
  );
  return times.reduce((sum, ms) => sum + ms, 0);
}

/** Raw, and as the compaction would write them. */
async function sizes(folder: string, rows: number) {
  const segments = await listSegments(folder, 'predictions');
  const bytes = await Promise.all(segments.raw.map(async ({ path }) => (await stat(path)).size));
  const path = join(folder, 'all.parquet');
  await withDuck((connection) =>
    writeParquet(connection, folder, path, rowsOf('predictions', segments)),
  );
  const { size } = await stat(path);
  await rm(path);
  return { rawBytes: bytes.reduce((sum, one) => sum + one, 0) / rows, parquetBytes: size / rows };
}

/** As a monitor folds them, with a registry in memory. */
async function folding(folders: readonly string[]): Promise<number> {
  const random = seeded(7);
  const rows = 5000;
  const columns = Object.fromEntries<(number | string)[]>([
    ...NUMBERS.map((name): [string, number[]] => [
      name,
      Array.from({ length: rows }, () => 10 * random()),
    ]),
    ...CATEGORIES.map((name): [string, string[]] => [
      name,
      Array.from({ length: rows }, () => (random() < 0.5 ? 'AA' : 'SFO')),
    ]),
  ]);
  const features = Object.fromEntries([
    ...NUMBERS.map((name) => [name, 'number'] as const),
    ...CATEGORIES.map((name) => [name, 'category'] as const),
  ]);
  const reference = readReference(
    buildReference(
      { features, task: binary },
      { labels: new Uint8Array(rows), features: columns },
      Float64Array.from({ length: rows }, () => random()),
    ),
  );
  const specs = (profiles: Record<string, Profile>) =>
    Object.fromEntries(Object.entries(profiles).map(([name, { spec }]) => [name, spec]));
  const documents = new Map<string, ProfileDocument<Profile>>();
  const keyOf = (bucket: Date, untimed = false) => `${bucket.getTime()}/${untimed}`;
  const unused = () => Promise.reject(new Error('folding does not ask for that'));
  const profiler = createProfiler<Profile, BinSpec>({
    tail: (_, cursor, signal) => tailSegments([...folders], cursor, signal, () => undefined),
    prune: (_, cursor) => pruneCursor([...folders], cursor),
    reference: async () => ({
      features: specs(reference.features),
      answers: specs(reference.answers),
    }),
    store: {
      load: async (_, _version, bucket, untimed) =>
        structuredClone(documents.get(keyOf(bucket, untimed))),
      async save(document) {
        documents.set(keyOf(document.bucket, document.untimed), structuredClone(document));
        return true;
      },
      loadCursor: async () => ({}),
      saveCursor: async () => undefined,
      ...{ list: unused, buckets: unused, watermark: unused },
    },
    math: { create: createProfile, observe },
  });
  const before = process.cpuUsage();
  const folded = await profiler.fold(ENDPOINT, new AbortController().signal);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / folded.rows;
}

async function jobs(url: string): Promise<{ jobUs: number; redisUs: number }> {
  const queue = await openQueue({ url, prefix: 'bench-scale', log: pino({ level: 'silent' }) });
  const redis = new Redis(url);
  let ran = 0;
  const job = defineJob({
    name: 'nothing',
    lane: 'control' as const,
    payload: z.object({ at: z.number() }),
    once: ({ at }) => String(at),
    attempts: 3,
    async run() {
      ran += 1;
    },
  });
  const worker = queue.work('control', [job], createWorld(), { concurrency: 50 });
  const before = { own: process.cpuUsage(), redis: await cpuOfRedis(redis) };
  for (let at = 0; at < JOBS; at += 50)
    await Promise.all(
      Array.from({ length: 50 }, (_, more) => queue.jobs.enqueue(job, { at: at + more })),
    );
  while (ran < JOBS) await new Promise((done) => setTimeout(done, 5));
  const { user, system } = process.cpuUsage(before.own);
  const spent = (await cpuOfRedis(redis)) - before.redis;
  await worker.close(1000);
  await queue.close();
  redis.disconnect();
  return { jobUs: (user + system) / JOBS, redisUs: (spent * 1e6) / JOBS };
}

/** Seconds. */
async function cpuOfRedis(redis: Redis): Promise<number> {
  const text = await redis.info('cpu');
  return ['used_cpu_user', 'used_cpu_sys'].reduce(
    (sum, name) => sum + Number(new RegExp(`^${name}:(\\S+)`, 'm').exec(text)?.[1] ?? 0),
    0,
  );
}
