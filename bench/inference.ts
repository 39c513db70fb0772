import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { CATEGORIES, model, NUMBERS, openOurs, openScript, TYPICAL } from './inference/open.ts';
import { median } from './numbers.ts';
import { inTurns, ratioOf } from './rounds.ts';

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

/**
 * Requests of one row to the gateway, with logging, compared with a minimal server for the same model: one fastify
 * route around the same onnxruntime session, which checks and logs nothing. Each runs in its own process, ours compiled
 * as in an image; the client runs in this one. Medians of the rounds.
 */
export async function benchInference({
  rounds = 12,
  seconds = 1,
}: {
  rounds?: number;
  /** Duration of each side's measurement in a round. */
  seconds?: number;
} = {}): Promise<InferenceResult> {
  const dir = await mkdtemp(join(tmpdir(), 'bench-inference-'));
  const bytes = model();
  const path = join(dir, 'model.onnx');
  await writeFile(path, bytes);
  const gateway = await openOurs(dir, { bytes, typical: TYPICAL });
  const ours = { ...gateway, url: `${gateway.url}/infer` };
  const script = await openScript('./bare.ts', [path]);
  const bare = { ...script, url: `${script.url}/infer` };
  try {
    const shots = await inTurns(rounds, { ours: ours.url, bare: bare.url }, (url) =>
      shoot(url, seconds),
    );
    const middle = (who: 'ours' | 'bare', what: 'rps' | 'p99') =>
      median(shots.map((round) => round[who][what]));
    return {
      ours: { rps: middle('ours', 'rps'), p99: middle('ours', 'p99') },
      bare: { rps: middle('bare', 'rps'), p99: middle('bare', 'p99') },
      ratio: ratioOf(shots, ({ rps }) => rps),
    };
  } finally {
    await ours.close();
    await bare.close();
    await rm(dir, { recursive: true });
  }
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
