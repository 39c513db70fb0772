import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf } from '../../../src/core/callers.ts';
import type { WheelhouseError } from '../../../src/core/errors.ts';
import type { Quarantine, Quarantines } from '../../../src/core/ports/quarantines.ts';
import type { LiveChallenger, LiveVersion, LiveVersions } from '../../../src/core/ports/serving.ts';
import type { Counted } from '../../../src/core/ports/tallies.ts';
import { createFolderArtifacts } from '../../../src/objects/artifacts.ts';
import type { ForkChallenger } from '../../../src/serving/challenger/messages.ts';
import { createIsolatedGateway } from '../../../src/serving/isolation/controller.ts';
import { forkChallenger, forkInference } from '../../compiled/fork.ts';
import { request } from '../world.ts';

const FEATURES = { distance: 'number', carrier: 'category' } as const;
const TYPICAL = { distance: [1, 2], carrier: ['AA', 'UA'] };

/** A gateway with its models in real processes; the registry is the test's. */
export async function createIsolatedWorld({
  token,
  ...options
}: {
  deadlineMs?: number;
  grpcPort?: number;
  processes?: number;
  token?: string;
} = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'isolated-'));
  const artifacts = createFolderArtifacts(join(dir, 'artifacts'));
  const problems: WheelhouseError[] = [];
  const stacks = new Map<string, LiveVersion[]>();
  const listeners = new Set<() => void>();
  const stored: Quarantine[] = [];
  const counted: Counted[] = [];
  const challengers = new Map<string, LiveChallenger>();
  const quarantines: Pick<Quarantines, 'add' | 'list'> = {
    async add(quarantine) {
      if (!stored.some(({ deployment }) => deployment === quarantine.deployment))
        stored.push(quarantine);
    },
    list: async () => stored,
  };
  const live: LiveVersions = {
    list: async () =>
      [...stacks.values()].flatMap((stack) => {
        const [top, ...before] = stack;
        return top ? [{ ...top, before, challenger: challengers.get(top.model) }] : [];
      }),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const logDir = join(dir, 'log');
  const processes: ChildProcess[] = [];
  const challengerProcesses: ChildProcess[] = [];
  const fork = (folder: string) => {
    const child = forkInference(folder);
    processes.push(child);
    return child;
  };
  const forkOne: ForkChallenger = (at) => {
    const child = forkChallenger(at);
    challengerProcesses.push(child);
    return child;
  };
  const open = () =>
    createIsolatedGateway({
      ...{
        live,
        quarantines,
        fork,
        forkChallenger: forkOne,
        host: '127.0.0.1',
        port: 0,
        ...options,
      },
      settings: {
        artifacts: join(dir, 'artifacts'),
        log: logDir,
        environments: ['production', 'staging'],
        first: 'production',
        ...(token !== undefined && { guard: { tokenDigest: digestOf(token) } }),
      },
      onProblem: (problem) => problems.push(problem),
      onCounted: (one) => counted.push(one),
    });
  let gateway = open();
  return {
    ...{ artifacts, problems, stored, logDir, processes, challengerProcesses, counted },
    get gateway() {
      return gateway;
    },
    /** Stops it and starts another one from its stored state. */
    async restart() {
      await gateway.stop();
      gateway = open();
      await gateway.start();
    },
    /** Makes the model's version live. */
    async deploy(model: string, version: number, bytes: Uint8Array) {
      const { sha256: artifact } = await artifacts.putBytes(bytes);
      const deployment = `${model}-deployment-${version}`;
      const entry = { model, environment: 'production', version, deployment, artifact };
      stacks.set(model, [
        { ...entry, features: FEATURES, task: 'binary', typical: TYPICAL },
        ...(stacks.get(model) ?? []),
      ]);
      for (const listener of listeners) listener();
    },
    /** A version begins to replace what is live, or moves to another step. */
    async challenge(
      model: string,
      bytes: Uint8Array,
      { weight = 0, shadow = false, step = 0, version = 9 } = {},
    ) {
      const { sha256: artifact } = await artifacts.putBytes(bytes);
      const deployment = `${model}-deployment-${version}`;
      const entry = { model, environment: 'production', version, deployment, artifact };
      challengers.set(model, {
        version: { ...entry, features: FEATURES, task: 'binary', typical: TYPICAL },
        ...{ weight, shadow, step },
      });
      for (const listener of listeners) listener();
    },
    endChallenge(model: string) {
      challengers.delete(model);
      for (const listener of listeners) listener();
    },
    rollBack(model: string) {
      stacks.get(model)?.shift();
      for (const listener of listeners) listener();
    },
    request: (path: string, body?: unknown, headers?: Record<string, string>) =>
      request(`${gateway.address}${path}`, body, headers),
    infer: (model: string, body: unknown, headers?: Record<string, string>) =>
      request(`${gateway.address}/v2/models/${model}/infer`, body, headers),
    async close() {
      await gateway.stop();
      await rm(dir, { recursive: true });
    },
  };
}

export type IsolatedWorld = Awaited<ReturnType<typeof createIsolatedWorld>>;
