import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { createFolderArtifacts } from '../src/artifacts/folder.ts';
import { createIsolatedGateway } from '../src/serving/isolation/controller.ts';
import { forkInference } from '../src/wiring/fork.ts';
import { tinyModel } from '../test/serving/tiny-model.ts';
import { median } from './numbers.ts';

interface Measured {
  /** Requests a second. */
  rps: number;
  /** Milliseconds. */
  p99: number;
}

export interface InferenceResult {
  ours: Measured;
  bare: Measured;
  /** Median of the rounds' ratios of requests a second. */
  ratio: number;
}

const NUMBERS = ['hour', 'weekday', 'distance', 'recent_lateness', 'month'];
const CATEGORIES = ['carrier', 'origin'];

/**
 * Requests of one row to the gateway, logging on, against the least that serves the same model: one
 * fastify route around the same onnxruntime session, which checks and logs nothing. Each in
 * a process of its own, the client in this one, in turns, so that noise falls on both; medians of the rounds.
 */
export async function benchInference({
  rounds = 12,
  seconds = 1,
}: {
  rounds?: number;
  /** How long each side is asked in a round. */
  seconds?: number;
} = {}): Promise<InferenceResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-inference-'));
  const bytes = tinyModel({
    weights: Object.fromEntries(NUMBERS.map((name, index) => [name, index / 100])),
    categories: Object.fromEntries(CATEGORIES.map((name) => [name, { AA: 1, SFO: -1 }])),
    bias: 0,
  });
  const ours = await openOurs(dir, bytes);
  const bare = await openBare(dir, bytes);
  try {
    const shots: { ours: Measured; bare: Measured }[] = [];
    await shoot(ours.url, 1);
    await shoot(bare.url, 1);
    for (let round = 0; round < rounds; round += 1) {
      const first = round % 2 ? ours : bare;
      const one = await shoot(first.url, seconds);
      const other = await shoot((first === ours ? bare : ours).url, seconds);
      shots.push(first === ours ? { ours: one, bare: other } : { bare: one, ours: other });
    }
    const middle = (who: 'ours' | 'bare', what: 'rps' | 'p99') =>
      median(shots.map((round) => round[who][what]));
    return {
      ours: { rps: middle('ours', 'rps'), p99: middle('ours', 'p99') },
      bare: { rps: middle('bare', 'rps'), p99: middle('bare', 'p99') },
      ratio: median(shots.map((round) => round.ours.rps / round.bare.rps)),
    };
  } finally {
    await ours.close();
    await bare.close();
    await rm(dir, { recursive: true });
  }
}

async function openOurs(dir: string, bytes: Uint8Array) {
  const artifacts = createFolderArtifacts(join(dir, 'artifacts'));
  const { sha256: artifact } = await artifacts.putBytes(bytes);
  const onProblem = (problem: Error) => {
    throw problem;
  };
  const features = Object.fromEntries([
    ...NUMBERS.map((name) => [name, 'number'] as const),
    ...CATEGORIES.map((name) => [name, 'category'] as const),
  ]);
  const version = {
    model: 'flights',
    environment: 'production',
    version: 1,
    deployment: 'd',
    artifact,
    task: 'binary',
  };
  const gateway = createIsolatedGateway({
    live: {
      list: async () => [{ ...version, features, before: [] }],
      onChange: () => () => {},
    },
    quarantines: { add: async () => {}, list: async () => [] },
    fork: forkInference,
    settings: {
      artifacts: join(dir, 'artifacts'),
      log: join(dir, 'log'),
      environments: ['production'],
      first: 'production',
    },
    host: '127.0.0.1',
    port: 0,
    onProblem,
  });
  await gateway.start();
  return {
    url: `${gateway.address}/v2/models/flights/infer`,
    close: () => gateway.stop(),
  };
}

async function openBare(dir: string, bytes: Uint8Array) {
  const path = join(dir, 'model.onnx');
  await writeFile(path, bytes);
  const child = fork(fileURLToPath(new URL('./inference/bare.ts', import.meta.url)), [path], {
    execArgv: ['--import', import.meta.resolve('tsx')],
    // As ours is: Linux shares a busy machine out by session, and so the two stand in one line.
    detached: true,
  });
  const [address] = await once(child, 'message');
  return { url: `${address}/infer`, close: async () => void child.kill() };
}

async function shoot(url: string, duration: number): Promise<Measured> {
  const shape = [1, 1];
  const inputs = [
    ...NUMBERS.map((name, index) => ({ name, datatype: 'FP32', shape, data: [index + 0.5] })),
    ...CATEGORIES.map((name) => ({ name, datatype: 'BYTES', shape, data: ['AA'] })),
  ];
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs }),
    connections: 16,
    duration,
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${url}: not all requests were answered.`);
  return { rps: result['2xx'] / result.duration, p99: result.latency.p99 };
}
