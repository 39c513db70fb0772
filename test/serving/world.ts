import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request as sendRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { WheelhouseError } from '../../src/core/errors.ts';
import type { LiveEndpoint, LiveVersions } from '../../src/core/ports/serving.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createGateway } from '../../src/serving/gateway.ts';
import { createPredictionLog } from '../../src/serving/log/log.ts';
import { tinyModel } from './tiny-model.ts';

const FEATURES = { distance: 'number', carrier: 'category' } as const;

/** score = sigmoid(0.01 · distance + (AA: 1, UA: −1) + bias) */
export function biased(bias: number): Uint8Array {
  const categories = { carrier: { AA: 1, UA: -1 } };
  return tinyModel({ weights: { distance: 0.01 }, categories, bias });
}

/** The registry's state, set by the test. */
export function createLive() {
  let list: LiveEndpoint[] = [];
  const listeners = new Set<() => void>();
  const live: LiveVersions = {
    list: async () => list,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const tell = (entry: Omit<LiveEndpoint, 'before'>, others: LiveEndpoint[] = []) => {
    list = [...others, { ...entry, before: [] }];
    for (const listener of listeners) listener();
  };
  return {
    live,
    /** Version `version` of flights becomes live in `environment`. */
    set(version: number, artifact: string, environment = 'production', earliest?: Date) {
      const deployment = `deployment-${version}`;
      const entry = { model: 'flights', environment, version, deployment, artifact };
      tell({ ...entry, features: FEATURES, task: 'binary', earliest });
    },
    /** Version 1 of flights becomes live, for another task. */
    setTask(task: string, artifact: string, classes?: readonly string[]) {
      const entry = { model: 'flights', environment: 'production', version: 1, artifact };
      tell({ ...entry, deployment: 'deployment-1', features: FEATURES, task, classes });
    },
    /** The same, beside what is live in other environments. */
    also(version: number, artifact: string, environment: string) {
      const deployment = `deployment-${version}`;
      const entry = { model: 'flights', environment, version, deployment, artifact };
      tell({ ...entry, features: FEATURES, task: 'binary' }, list);
    },
    /** Version `version` was live there before the present one. */
    wasLive(version: number, artifact: string, earliest?: Date) {
      list = list.map(({ before, ...live }) => {
        const { outOfService: _, ...old } = { ...live, version, artifact, earliest };
        return { ...live, before: [...before, { ...old, deployment: `deployment-${version}` }] };
      });
      for (const listener of listeners) listener();
    },
    /** What is live must stop answering. */
    takeOut(why: string) {
      list = list.map((version) => ({ ...version, outOfService: { why, at: new Date() } }));
      for (const listener of listeners) listener();
    },
    clear() {
      list = [];
      for (const listener of listeners) listener();
    },
  };
}

/** A gateway on a free port over real files; `close` stops it and removes them. */
export async function createWorld(
  options: Partial<Omit<Parameters<typeof createGateway>[0], 'live' | 'artifacts' | 'log'>> = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'gateway-'));
  const problems: WheelhouseError[] = [];
  const onProblem = (problem: WheelhouseError) => problems.push(problem);
  const artifacts = createFolderArtifacts(join(dir, 'artifacts'));
  const logDir = join(dir, 'log');
  const log = createPredictionLog({ dir: logDir, first: 'production', onProblem, flushMs: 20 });
  const registry = createLive();
  const gateway = createGateway({
    live: registry.live,
    artifacts,
    log,
    host: '127.0.0.1',
    port: 0,
    environments: ['production'],
    onProblem,
    ...options,
  });
  return {
    dir,
    logDir,
    log,
    artifacts,
    registry,
    gateway,
    problems,
    request: (path: string, body?: unknown) => request(`${gateway.address}${path}`, body),
    infer: (body: unknown) => request(`${gateway.address}/v2/models/flights/infer`, body),
    async close() {
      await gateway.stop();
      await log.close();
      await rm(dir, { recursive: true });
    },
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

/** Keep-alive, and without what `fetch` adds: the client must leave the CPU to the gateway. */
const agent = new Agent({ keepAlive: true });

export function request(url: string, body?: unknown, more: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...more };
    const method = body === undefined ? 'GET' : 'POST';
    const sent = sendRequest(url, { agent, method, headers }, (response) => {
      text(response).then(
        (answer) => resolve({ status: response.statusCode, body: JSON.parse(answer) }),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
  });
}

/** A request of the rows (distance, carrier). */
export function rows(
  values: readonly (readonly [number | null, string])[],
  more: { id?: string; parameters?: { ids?: string[]; times?: string[] } } = {},
) {
  const shape = [values.length, 1];
  return {
    ...more,
    inputs: [
      { name: 'distance', datatype: 'FP32', shape, data: values.map(([distance]) => distance) },
      { name: 'carrier', datatype: 'BYTES', shape, data: values.map(([, carrier]) => carrier) },
    ],
  };
}

/** Polls until the answer is true; fails after a minute. */
export async function until(what: string, ask: () => Promise<boolean> | boolean) {
  const deadline = Date.now() + 60_000;
  while (!(await ask())) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
