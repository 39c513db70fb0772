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

interface Compared {
  ours: Measured;
  bare: Measured;
  /** Median of the rounds' ratios of requests a second. */
  ratio: number;
}

/** With a few callers who wait for their answers, and with many; with one process that accepts, and with two. */
export interface InferenceResult {
  few: Compared;
  many: Compared;
  two: Compared;
}

export const CALLERS = { few: 16, many: 64 } as const;

/**
 * Requests of one row to the gateway, with logging, compared with a minimal server for the same model: one fastify
 * route around the same onnxruntime session, which checks and logs nothing. Each runs in its own process, ours compiled
 * as in an image; the client runs in this one. Medians of the rounds.
 */
export async function benchInference({
  rounds = 10,
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
  const compared = async (processes: number, callers: number) => {
    const ours = await openOurs(join(dir, `${processes}-${callers}`), {
      ...{ bytes, typical: TYPICAL, processes },
    });
    const bare = await openScript('./bare.ts', [path]);
    try {
      return await compare({ ours: ours.url, bare: bare.url }, { rounds, seconds, callers });
    } finally {
      await ours.close();
      await bare.close();
    }
  };
  try {
    return {
      few: await compared(1, CALLERS.few),
      many: await compared(1, CALLERS.many),
      two: await compared(2, CALLERS.many),
    };
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function compare(
  { ours, bare }: Record<'ours' | 'bare', string>,
  { rounds, seconds, callers }: Record<'rounds' | 'seconds' | 'callers', number>,
): Promise<Compared> {
  const urls = { ours: `${ours}/infer`, bare: `${bare}/infer` };
  const shots = await inTurns(rounds, urls, (url) => shoot(url, callers, seconds));
  const middle = (who: 'ours' | 'bare', what: 'rps' | 'p99') =>
    median(shots.map((round) => round[who][what]));
  return {
    ours: { rps: middle('ours', 'rps'), p99: middle('ours', 'p99') },
    bare: { rps: middle('bare', 'rps'), p99: middle('bare', 'p99') },
    ratio: ratioOf(shots, ({ rps }) => rps),
  };
}

async function shoot(url: string, connections: number, duration: number): Promise<Measured> {
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
    connections,
    duration,
  });
  if (result.non2xx + result.errors > 0) throw new Error(`${url}: not all requests were answered.`);
  return { rps: result['2xx'] / result.duration, p99: result.latency.p99 };
}
