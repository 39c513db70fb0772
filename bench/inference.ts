import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { fastify } from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { createFolderArtifacts } from '../src/artifacts/folder.ts';
import { createGateway } from '../src/serving/gateway.ts';
import { createPredictionLog } from '../src/serving/log/log.ts';
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
 * fastify route around the same onnxruntime session, which checks and logs nothing. Both in this
 * process together with the client, in turns, so that noise falls on both; medians of the rounds.
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
  const log = createPredictionLog({ dir: join(dir, 'log'), onProblem });
  const version = {
    model: 'flights',
    environment: 'production',
    version: 1,
    deployment: 'd',
    artifact,
  };
  const gateway = createGateway({
    live: { list: async () => [{ ...version, features, before: [] }], onChange: () => () => {} },
    artifacts,
    log,
    host: '127.0.0.1',
    port: 0,
    onProblem,
  });
  await gateway.start();
  return {
    url: `${gateway.address}/v2/models/flights/infer`,
    async close() {
      await gateway.stop();
      await log.close();
    },
  };
}

interface BareRequest {
  Body: { inputs: { name: string; shape: number[]; data: (string | number)[] }[] };
}

async function openBare(dir: string, bytes: Uint8Array) {
  const path = join(dir, 'model.onnx');
  await writeFile(path, bytes);
  const session = await InferenceSession.create(path, { intraOpNumThreads: 1 });
  const app = fastify();
  app.post<BareRequest>('/infer', async ({ body }) => {
    const feeds: Record<string, Tensor> = {};
    for (const { name, shape, data } of body.inputs)
      feeds[name] =
        typeof data[0] === 'string'
          ? new Tensor('string', data.map(String), shape)
          : new Tensor('float32', Float32Array.from(data.map(Number)), shape);
    const { score } = await session.run(feeds);
    if (!score || !(score.data instanceof Float32Array)) throw new Error('no score');
    return { outputs: [{ name: 'score', data: [...score.data] }] };
  });
  const address = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url: `${address}/infer`, close: () => app.close() };
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
