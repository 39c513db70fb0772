import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '../config/settings.ts';
import { startRedis } from '../src/embedded/redis/start-redis.ts';
import { benchInference } from './inference.ts';
import { describeMachine, machineLine } from './machine.ts';
import { benchQueue } from './queue.ts';
import { benchRollback } from './rollback.ts';
import { inferenceRows, queueRows, rollbackRows, table } from './table.ts';

/**
 * `npm run bench [-- --json]`: what Wheelhouse costs beside the bare parts that it is made of. Takes
 * under two minutes. A figure that misses its aim is said to, and is no failure: machines are noisy.
 */
async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({ args: words, options: { json: { type: 'boolean' } } });
  const redis = await redisToUse();
  try {
    const machine = await describeMachine(redis.url);
    if (!values.json) process.stdout.write(`${machineLine(machine)}\n\n`);
    // One after the other: side by side they would measure each other.
    const queue = await telling('the queue', benchQueue({ url: redis.url }));
    const inference = await telling('inference', benchInference());
    const rollback = await telling('rollbacks', benchRollback());
    const text = values.json
      ? JSON.stringify({ machine, queue, inference, rollback }, undefined, 2)
      : table([
          { title: 'Queue, beside bare BullMQ', rows: queueRows(queue) },
          {
            title: 'Inference, beside bare fastify and onnxruntime-node',
            rows: inferenceRows(inference),
          },
          { title: 'Rollback, under load', rows: rollbackRows(rollback) },
        ]);
    process.stdout.write(`${text}\n`);
  } finally {
    await redis.stop();
  }
}

/** Says on a terminal what is under way. */
async function telling<T>(what: string, work: Promise<T>): Promise<T> {
  const shown = process.stderr.isTTY;
  if (shown) process.stderr.write(`measuring ${what} …`);
  const result = await work;
  if (shown) process.stderr.write('\r\u001B[K');
  return result;
}

async function redisToUse(): Promise<{ url: string; stop(): Promise<void> }> {
  const { redisUrl } = readSettings();
  if (redisUrl !== undefined) return { url: redisUrl, stop: async () => {} };
  const dir = await mkdtemp(join(tmpdir(), 'bench-redis-'));
  const { url, stop } = await startRedis({ dir });
  return {
    url,
    async stop() {
      await stop();
      await rm(dir, { recursive: true });
    },
  };
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
