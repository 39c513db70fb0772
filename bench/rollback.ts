import type { Version } from '../src/core/ports/versions.ts';
import type { Container } from '../src/wiring/container.ts';
import { tinyModel } from '../test/serving/tiny-model.ts';
import { openBenchHouse } from './container.ts';
import { command, promote, register, soon, until } from './deliver.ts';
import { type Load, startLoad } from './load.ts';
import { median, quantile } from './numbers.ts';

export interface RollbackResult {
  rollbacks: number;
  /** Milliseconds from sending the command to the first answer by the restored version. */
  median: number;
  max: number;
  /** Of the requests that were sent in the meantime, at a steady rate. */
  requests: { sent: number; failed: number; p99: number; perSecond: number };
}

const MODEL = 'flights';
const ENVIRONMENT = 'production';

/**
 * `/rollback` through a bot's adapter, under load, with every part in its own process: the command, the queue, the
 * switch in the registry, the notification of the gateway and its first answer. Between two rollbacks the newer version
 * is deployed again.
 * @throws Error if the restored version does not answer
 */
export async function benchRollback({
  rollbacks = 10,
  perSecond = 200,
}: {
  rollbacks?: number;
  perSecond?: number;
} = {}): Promise<RollbackResult> {
  const bench = await openBenchHouse();
  try {
    const [older, newer] = await registerTwo(bench.container);
    await promote(bench, older, ENVIRONMENT);
    const url = `${bench.gatewayUrl}/v2/models/${MODEL}/infer`;
    // Before that, the load would only get 404s from the gateway.
    await until('the gateway answers', async () => (await fetch(url.replace(/infer$/, 'live'))).ok);
    const load = startLoad({ url, body: row(bench.container), perSecond });
    try {
      const times: number[] = [];
      for (let n = 0; n < rollbacks; n += 1) {
        await promote(bench, newer, ENVIRONMENT);
        await soon(`version ${newer.number} answers`, nextOf(load, newer));
        const began = performance.now();
        const restored = nextOf(load, older);
        await command(bench, ['rollback', MODEL, '--reason', 'bench']);
        times.push((await soon(`version ${older.number} answers`, restored)) - began);
      }
      const { sent, failed, latencies } = await load.stop();
      const requests = { sent, failed, p99: quantile(latencies, 0.99), perSecond };
      return { rollbacks, median: median(times), max: Math.max(...times), requests };
    } finally {
      await load.stop();
    }
  } finally {
    await bench.close();
  }
}

const nextOf = (load: Load, { number }: Version) =>
  load.answer((version) => version === String(number));

async function registerTwo(container: Container): Promise<[Version, Version]> {
  const { features } = container.workspace.models.get(MODEL);
  const names = (kind: string) =>
    Object.entries(features).flatMap(([name, is]) => (is === kind ? [name] : []));
  const one = (bias: number) => {
    const bytes = tinyModel({
      weights: Object.fromEntries(names('number').map((name) => [name, 0.01])),
      categories: Object.fromEntries(names('category').map((name) => [name, { SFO: 1 }])),
      bias,
    });
    return register(container, MODEL, String(bias), bytes);
  };
  return [await one(0), await one(1)];
}

function row({ workspace }: Container) {
  const inputs = Object.entries(workspace.models.get(MODEL).features).map(([name, kind]) =>
    kind === 'number'
      ? { name, datatype: 'FP32', shape: [1, 1], data: [1] }
      : { name, datatype: 'BYTES', shape: [1, 1], data: ['SFO'] },
  );
  return { inputs };
}
