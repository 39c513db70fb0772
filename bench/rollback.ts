import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { deploy } from '../jobs/deploy.ts';
import type { Version } from '../src/core/ports/versions.ts';
import { Answered } from '../src/platforms/terminal/wire.ts';
import type { Container } from '../src/wiring/container.ts';
import { tinyModel } from '../test/serving/tiny-model.ts';
import { type BenchHouse, openBenchHouse } from './container.ts';
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
const PATIENCE_MS = 20_000;

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
    await promote(bench.container, older);
    const url = `${bench.gatewayUrl}/v2/models/${MODEL}/infer`;
    // Before that, the load would only get 404s from the gateway.
    await until('the gateway answers', async () => (await fetch(url.replace(/infer$/, 'live'))).ok);
    const load = startLoad({ url, body: row(bench.container), perSecond });
    try {
      const times: number[] = [];
      for (let n = 0; n < rollbacks; n += 1) {
        await promote(bench.container, newer);
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

async function registerTwo({
  workspace,
  registry,
  artifacts,
}: Container): Promise<[Version, Version]> {
  const { features } = workspace.models.get(MODEL);
  const names = (kind: string) =>
    Object.entries(features).flatMap(([name, is]) => (is === kind ? [name] : []));
  const register = async (bias: number) => {
    const bytes = tinyModel({
      weights: Object.fromEntries(names('number').map((name) => [name, 0.01])),
      categories: Object.fromEntries(names('category').map((name) => [name, { SFO: 1 }])),
      bias,
    });
    return registry.versions.register({
      model: MODEL,
      run: `bench-${bias}`,
      artifact: { ...(await artifacts.putBytes(bytes)), bytes: bytes.length },
      dataset: {
        window: { from: new Date(0), to: new Date(1) },
        sha256: '0'.repeat(64),
        rows: 0,
      },
      parameters: {},
      code: { revision: 'bench', dirty: false },
      runtime: {},
      reported: {},
      createdBy: 'bench',
    });
  };
  return [await register(0), await register(1)];
}

/** Requested, approved and deployed by the worker like a person's promotion, but without the gates. */
async function promote({ registry, queue }: Container, version: Version): Promise<void> {
  const { approvals } = registry;
  const { sha256: artifact } = version.artifact;
  const { id } = await approvals.request({
    id: `bench-${randomUUID()}`,
    model: MODEL,
    version: version.number,
    environment: ENVIRONMENT,
    requestedBy: 'dev',
    needed: 1,
  });
  const evidence = { artifact, gates: [], metrics: {}, digest: 'bench' };
  await approvals.open(id, evidence, new Date(Date.now() + 3_600_000));
  const vote = { person: 'lead', verdict: 'approve', at: new Date(), via: 'bench' } as const;
  const voted = await approvals.vote(id, vote);
  if (!voted || !(await approvals.decide(voted, 'approved', 'bench')))
    throw new Error(`the bench's request ${id} was not approved`);
  await queue.jobs.enqueue(deploy, { approval: id });
  await until(
    `${version.id} is deployed`,
    async () => (await approvals.get(id)).deployment !== undefined,
  );
}

function row({ workspace }: Container) {
  const inputs = Object.entries(workspace.models.get(MODEL).features).map(([name, kind]) =>
    kind === 'number'
      ? { name, datatype: 'FP32', shape: [1, 1], data: [1] }
      : { name, datatype: 'BYTES', shape: [1, 1], data: ['SFO'] },
  );
  return { inputs };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const late = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > late) throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    await wait(20);
  }
}

/** @throws Error if the command was refused */
async function command({ botUrl, token }: BenchHouse, [name, ...input]: string[]): Promise<void> {
  const answer = await fetch(`${botUrl}/api/invocations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ id: randomUUID(), as: 'dev', command: name, input }),
  });
  const { reply } = Answered.parse(await answer.json());
  if (reply.fault) throw new Error(`/${name} was refused: ${reply.card.title}`);
}

/** Resolves with the result, or rejects after a timeout. */
async function soon<T>(what: string, coming: Promise<T>): Promise<T> {
  const enough = new AbortController();
  const late = wait(PATIENCE_MS, undefined, { signal: enough.signal }).then(() => {
    throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
  });
  try {
    return await Promise.race([coming, late]);
  } finally {
    late.catch(() => {}); // nobody waits for it any more
    enough.abort();
  }
}
