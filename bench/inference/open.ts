import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WheelhouseError } from '../../src/core/errors.ts';
import type { FeatureSchema } from '../../src/core/model.ts';
import type { LiveVersion } from '../../src/core/ports/serving.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createIsolatedGateway } from '../../src/serving/isolation/controller.ts';
import { forkChallenger, forkInference } from '../../test/compiled/fork.ts';
import { tinyModel } from '../../test/serving/tiny-model.ts';

export const NUMBERS = ['hour', 'weekday', 'distance', 'recent_lateness', 'month'];
export const CATEGORIES = ['carrier', 'origin'];

/** Typical rows, as the registry has them for every version that was evaluated. */
export const TYPICAL = {
  ...Object.fromEntries(NUMBERS.map((name) => [name, [0.5, 1.5, 3.25, 8]])),
  ...Object.fromEntries(CATEGORIES.map((name) => [name, ['AA', 'SFO', 'JFK', 'AA']])),
};

export function model(): Uint8Array {
  return tinyModel({
    weights: Object.fromEntries(NUMBERS.map((name, index) => [name, index / 100])),
    categories: Object.fromEntries(CATEGORIES.map((name) => [name, { AA: 1, SFO: -1 }])),
    bias: 0,
  });
}

/** Of the model that `model` makes. */
const FEATURES: FeatureSchema = {
  ...Object.fromEntries(NUMBERS.map((name) => [name, 'number'] as const)),
  ...Object.fromEntries(CATEGORIES.map((name) => [name, 'category'] as const)),
};

interface Served {
  bytes: Uint8Array;
  features?: FeatureSchema;
  /** Without such rows, each request is a call of its own. */
  typical?: LiveVersion['typical'];
  /** Default: nothing is refused. */
  queueMs?: number;
  /** Those that accept connections. Default: one. */
  processes?: number;
}

/** The gateway, in its own processes, with a model. */
export async function openOurs(
  dir: string,
  { bytes, features = FEATURES, typical, processes = 1, ...settings }: Served,
) {
  const artifacts = createFolderArtifacts(join(dir, 'artifacts'));
  const { sha256: artifact } = await artifacts.putBytes(bytes);
  const onProblem = (problem: WheelhouseError) => {
    // What it refuses is counted.
    if (!problem.message.includes('refused with status 429')) throw problem;
  };
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
      list: async () => [{ ...version, features, typical, before: [] }],
      onChange: () => () => {},
    },
    quarantines: { add: async () => {}, list: async () => [] },
    ...{ fork: forkInference, forkChallenger },
    settings: {
      artifacts: join(dir, 'artifacts'),
      log: join(dir, 'log'),
      environments: ['production'],
      first: 'production',
      ...settings,
    },
    host: '127.0.0.1',
    port: 0,
    processes,
    onProblem,
  });
  await gateway.start();
  return {
    url: `${gateway.address}/v2/models/flights`,
    close: () => gateway.stop(),
  };
}

/** A program of the bench in its own process, which sends its address, or any word when it is up. */
export async function openScript(script: string, args: readonly string[] = []) {
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), args, {
    execArgv: ['--import', import.meta.resolve('tsx')],
    // Detached like ours: Linux schedules by session on a busy machine, so both get the same share.
    detached: true,
  });
  const [address] = await once(child, 'message');
  return { url: String(address), child, close: async () => void child.kill() };
}
