import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { defineJob, type JobDefinition } from '../../src/core/job.ts';
import type { Lane } from '../../src/core/ports/jobs.ts';
import { visit } from '../../src/embedded/redis/ping.ts';
import { startRedis } from '../../src/embedded/redis/start-redis.ts';
import { createJobOpener } from '../../src/proof/job-seal.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { openQueue, type Queue } from '../../src/queue/index.ts';

/** Log records, by message. */
export function createLog() {
  const lines: { level: string; message: string; fields: object }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields });
  return {
    lines,
    said: (message: string) => lines.filter((line) => line.message === message),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}

interface SlackContext {
  url: string;
  prefix: string;
  /** From the bot, whose signature counts. */
  keysDir: string;
  log: ReturnType<typeof createLog>;
  /** A queue with its own connections, as in another process. `parts` of lanes: see `Queueable.part`. */
  open(parts?: Partial<Record<Lane, readonly string[]>>): Promise<Queue>;
  /** The keys in that Redis with this prefix. */
  keys(pattern: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Separate queues, in the Redis at REDIS_URL or in one started for them. */
export async function openDesk(): Promise<SlackContext> {
  const server = await serverForTests();
  const prefix = `test-${randomUUID().slice(0, 8)}`;
  const log = createLog();
  const opened: Queue[] = [];
  const keysDir = await mkdtemp(join(tmpdir(), 'wheelhouse-queue-keys-'));
  return {
    keysDir,
    url: server.url,
    prefix,
    log,
    async open(parts = {}) {
      const { seal } = await openWitness(keysDir);
      const queue = await openQueue({
        ...{ url: server.url, prefix, log, open: createJobOpener(keysDir), parts },
      });
      opened.push(queue);
      // As in the bot, which receives commands.
      return { ...queue, jobs: queue.sealedBy(seal) };
    },
    keys: (pattern) => visit(server.url, (redis) => redis.keys(pattern)),
    async close() {
      for (const queue of opened) await queue.close();
      await sweep(server.url, prefix);
      await server.stop();
      await rm(keysDir, { recursive: true });
    },
  };
}

async function serverForTests(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env['REDIS_URL'];
  if (given) return { url: given, stop: async () => {} };
  const dir = await mkdtemp(join(tmpdir(), 'wheelhouse-queue-'));
  const { url, stop } = await startRedis({ dir });
  return {
    url,
    async stop() {
      await stop();
      await rm(dir, { recursive: true });
    },
  };
}

async function sweep(url: string, prefix: string): Promise<void> {
  await visit(url, async (redis) => {
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.unlink(...keys);
  });
}

/** Resolves when the condition holds; fails with the text if it does not in time. */
export async function until(
  words: string,
  holds: () => boolean | Promise<boolean>,
  ms = 60_000,
): Promise<void> {
  for (const late = Date.now() + ms; !(await holds()); await wait(5))
    if (Date.now() > late) throw new Error(`not within ${ms} ms: ${words}`);
}

const Payload = z.object({ key: z.string(), value: z.number().default(0) });
type Payload = z.output<typeof Payload>;

/** A job whose key is in the payload, and which can be cancelled by it. */
export function deskJob(
  definition: Partial<JobDefinition<Payload, never>> & Pick<JobDefinition<Payload, never>, 'run'>,
) {
  return defineJob<Payload, never>({
    name: 'test-job',
    lane: 'control',
    payload: Payload,
    once: ({ key }) => key,
    cancelledBy: ({ key }) => key,
    attempts: 3,
    ...definition,
  });
}

/** An adapter that blocks until it is opened; waiting calls end when their signal aborts. */
export function createGate() {
  const opened = new AbortController();
  return {
    open: () => opened.abort(),
    pass: (signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        if (opened.signal.aborted) return resolve();
        opened.signal.addEventListener('abort', () => resolve(), { once: true });
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
}
