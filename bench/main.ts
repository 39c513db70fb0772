import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '../config/settings.ts';
import { startRedis } from '../src/embedded/redis/start-redis.ts';
import { benchAutocomplete } from './autocomplete.ts';
import { benchBatches } from './batches.ts';
import { benchDrift } from './drift.ts';
import { benchInference } from './inference.ts';
import { describeMachine, machineLine } from './machine.ts';
import { benchOverload } from './overload.ts';
import { benchPerformance } from './performance.ts';
import { benchProfiles } from './profiles.ts';
import { benchQueue } from './queue.ts';
import { benchRollback } from './rollback.ts';
import { rollbackRows, rolloutRows } from './rollout/rows.ts';
import { benchRollout } from './rollout.ts';
import { benchSlack } from './slack.ts';
import { benchStore } from './store.ts';
import {
  autocompleteRows,
  batchesRows,
  driftRows,
  inferenceRows,
  overloadRows,
  performanceRows,
  profilesRows,
  queueRows,
  type Row,
  slackRows,
  storeRows,
  table,
  whatIfRows,
} from './table.ts';
import { benchWhatIf } from './what-if.ts';

interface Bench {
  /** What is measured, shown while it runs. */
  what: string;
  title: string;
  measure(redisUrl: string): Promise<{ result: object; rows: Row[] }>;
}

const BENCHES: Record<string, Bench> = {
  queue: {
    what: 'the queue',
    title: 'Queue, compared with bare BullMQ',
    async measure(url) {
      const result = await benchQueue({ url });
      return { result, rows: queueRows(result) };
    },
  },
  inference: {
    what: 'inference',
    title: 'Inference, compared with bare fastify and onnxruntime-node',
    async measure() {
      const result = await benchInference();
      return { result, rows: inferenceRows(result) };
    },
  },
  overload: {
    what: 'overload',
    title: 'Inference with more requests than the gateway can answer',
    async measure() {
      const result = await benchOverload();
      return { result, rows: overloadRows(result) };
    },
  },
  batches: {
    what: 'batches of predictions',
    title:
      'Predictions made elsewhere, compared with bare fastify that parses them and stores nothing',
    async measure() {
      const result = await benchBatches();
      return { result, rows: batchesRows(result) };
    },
  },
  rollback: {
    what: 'rollbacks',
    title: 'Rollback, under load',
    async measure() {
      const result = await benchRollback();
      return { result, rows: rollbackRows(result) };
    },
  },
  rollout: {
    what: 'rollouts',
    title: 'Rollouts, under load',
    async measure() {
      const result = await benchRollout();
      return { result, rows: rolloutRows(result) };
    },
  },
  slack: {
    what: 'slash commands',
    title: 'Slack, compared with a bare Bolt app that acknowledges and stores nothing',
    async measure() {
      const result = await benchSlack();
      return { result, rows: slackRows(result) };
    },
  },
  autocomplete: {
    what: 'autocomplete',
    title: 'Autocomplete, with many models and runs',
    async measure() {
      const result = await benchAutocomplete();
      return { result, rows: autocompleteRows(result) };
    },
  },
  drift: {
    what: 'a drift check over files',
    title: 'Drift between two files, including the start of the process',
    async measure() {
      const result = await benchDrift();
      return { result, rows: driftRows(result) };
    },
  },
  profiles: {
    what: 'monitors that read profiles',
    title: 'Profiles: what a row, a check and an hour of many models cost',
    async measure() {
      const result = await benchProfiles();
      return { result, rows: profilesRows(result) };
    },
  },
  'what-if': {
    what: 'a what-if over logged requests',
    title: 'What if: logged requests through a version, compared with a bare onnxruntime session',
    async measure() {
      const result = await benchWhatIf();
      return { result, rows: whatIfRows(result) };
    },
  },
  performance: {
    what: 'a look at performance with labels',
    title: 'Performance with labels, from the prediction log',
    async measure() {
      const result = await benchPerformance();
      return { result, rows: performanceRows(result) };
    },
  },
  store: {
    what: 'the embedded store',
    title: 'The embedded store with an index, compared with a full scan',
    async measure() {
      const result = await benchStore();
      return { result, rows: storeRows(result) };
    },
  },
};

/**
 * `npm run bench [-- [--json] [NAME …]]`: measures Wheelhouse, compared with the bare libraries that it uses. Takes
 * eight minutes, or less for the named benches only. A figure that misses its goal is marked, but is not a failure,
 * because machines are noisy.
 */
async function main(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    options: { json: { type: 'boolean' } },
    allowPositionals: true,
  });
  const names = positionals.length > 0 ? positionals : Object.keys(BENCHES);
  const benches = names.map((name) => ({ name, ...benchOf(name) }));
  const redis = await redisToUse();
  try {
    const machine = await describeMachine(redis.url);
    if (!values.json) process.stdout.write(`${machineLine(machine)}\n\n`);
    const sections = [];
    // One after the other, so that they do not disturb each other.
    for (const { name, what, title, measure } of benches)
      sections.push({ name, title, ...(await telling(what, measure(redis.url))) });
    const results = Object.fromEntries(sections.map(({ name, result }) => [name, result]));
    const text = values.json
      ? JSON.stringify({ machine, ...results }, undefined, 2)
      : table(sections);
    process.stdout.write(`${text}\n`);
  } finally {
    await redis.stop();
  }
}

function benchOf(name: string): Bench {
  const bench = BENCHES[name];
  if (bench) return bench;
  throw new Error(`there is no bench "${name}": there are ${Object.keys(BENCHES).join(', ')}`);
}

/** Shows on a terminal what is being measured. */
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
