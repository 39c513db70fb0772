import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancel } from '../../commands/cancel.ts';
import { rollback } from '../../commands/rollback.ts';
import { train } from '../../commands/train.ts';
import { readSettings } from '../../config/settings.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { type OwnRedis, startRedis } from '../../src/embedded/redis/start-redis.ts';
import { openWitness } from '../../src/proof/witness.ts';
import { type Container, openContainer } from '../../src/wiring/container.ts';
import { createLog } from '../../src/wiring/log.ts';
import { BUILT } from '../built.ts';
import { writeWorkspace } from '../jobs/workspace.ts';
import { workspaceText } from '../jobs/workspace-file.ts';
import { openLibrary } from '../registry/server.ts';
import { endlessModel } from '../serving/endless-model.ts';
import { biased, request, rows, until } from '../serving/world.ts';
import { descendants, processes } from '../story/processes.ts';
import { playsLong } from '../sweep.ts';

const OWN = {
  summary: 'Late flights',
  evaluation: { days: 14, primary: ['auc'], margin: 0.01 },
};
const WORKSPACE = workspaceText(
  { flights: OWN, other: OWN },
  {
    people: {
      dev: { name: 'Dev', role: 'operator' },
      lead: { name: 'Lead', role: 'approver' },
    },
  },
);
const FROM = { platform: 'web', channel: 'flights' };

let dir: string;
let library: Awaited<ReturnType<typeof openLibrary>>;
let redis: OwnRedis;
let container: Container;
const roles: ChildProcess[] = [];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'hung-roles-'));
  await writeWorkspace(dir);
  await writeFile(join(dir, 'wheelhouse.yaml'), WORKSPACE);
  await writeFile(join(dir, 'endless.onnx'), endlessModel());
  [library, redis] = await Promise.all([openLibrary(), startRedis({ dir: join(dir, 'redis') })]);
});
afterEach(async () => {
  for (const role of roles) role.kill('SIGKILL');
  await container?.close();
  await library?.close();
  await redis?.stop();
  await rm(dir, { recursive: true, force: true });
});

const elapsed = (what: string, since: number) =>
  console.log(`${what} after ${((performance.now() - since) / 1000).toFixed(1)} s`);

const TITLE = 'wiring: a model that hangs in the gateway, and one in the worker';
describe.runIf(playsLong('hung roles'))(TITLE, () => {
  it('keeps no other model waiting; cancel, rollback and SIGTERM work meanwhile', async () => {
    const port = await freePort();
    const env = {
      PATH: process.env['PATH'],
      MONGODB_URI: library.uri,
      REDIS_URL: redis.url,
      WHEELHOUSE_HOME: join(dir, 'home'),
      WHEELHOUSE_WORKSPACE: dir,
      WHEELHOUSE_INFERENCE_PORT: String(port),
      WHEELHOUSE_LOG_LEVEL: 'error',
    };
    container = await openContainer(readSettings(env), createLog('test', 'silent'));
    // Rolls back as the bot does, which signs the order.
    const world = container.world([], { witness: await openWitness(container.keys) });
    const { deployments, approvals } = container.registry;
    for (const [name, number, bytes] of [
      ['other', 1, biased(0)],
      ['flights', 1, biased(0)],
      ['flights', 2, endlessModel(1000)],
    ] as const) {
      const artifact = await container.artifacts.putBytes(bytes);
      const window = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
      await container.registry.versions.register({
        ...{ model: name, run: `run-${name}-${number}`, artifact, parameters: {}, reported: {} },
        dataset: { window, sha256: 'd', rows: 1 },
        ...{ code: { revision: 'r', dirty: false }, runtime: {}, createdBy: 'dev' },
      });
      const about = { model: name, version: number, environment: 'production' };
      const approval = `approval-${name}-${number}`;
      await approvals.request({ ...about, id: approval, requestedBy: 'dev', needed: 1 });
      const evidence = { artifact: artifact.sha256, gates: [], metrics: {}, digest: 'e' };
      await approvals.open(approval, evidence, new Date(Date.now() + 3_600_000));
      const at = new Date();
      await approvals.vote(approval, { person: 'lead', verdict: 'approve', at, via: 'web' });
      await approvals.decide(await approvals.get(approval), 'approved', 'Approved by lead.');
      await deployments.deploy({
        ...{ ...about, id: `deployment-${name}-${number}`, artifact: artifact.sha256 },
        ...{ by: 'dev', reason: 'a test', approval },
      });
    }
    const start = (role: string) => {
      const started = spawn(process.execPath, [BUILT.main, 'start', '--role', role], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      roles.push(started);
      return started;
    };
    // Takes over what is already live, as in an upgrade.
    start('policy');
    const serve = start('serve');
    const worker = start('worker');
    const infer = (name: string, distance: number) =>
      request(
        `http://127.0.0.1:${port}/v2/models/${name}/infer`,
        rows([[distance, 'AA']], { parameters: { times: ['2001-02-01T00:00:00Z'] } }),
      ).catch(() => undefined);
    const versionOf = async (name: string) =>
      Number(/"model_version":"(\d+)"/.exec(JSON.stringify(await infer(name, 1)))?.[1]);
    const dev = container.workspace.people.byId('dev');
    if (!dev) throw new Error('the workspace has no dev');
    const asked = (id: string) => ({
      ...{ id, by: dev, from: FROM },
      account: { platform: 'web', user: 'dev' },
    });

    await train.run(
      {
        model: 'flights',
        from: undefined,
        to: undefined,
        on: undefined,
        parameters: { quality: 'endless' },
      },
      world,
      asked('event-train'),
    );
    const [run] = await container.registry.runs.list({ model: 'flights' });
    const scoring = async () =>
      descendants(await processes(), worker.pid ?? 0).some(({ words }) =>
        /wiring\/scoring\.js/.test(words),
      );
    await until('version 2 answers', async () => (await versionOf('flights')) === 2);
    await until('the evaluation runs', scoring);

    const hung = performance.now();
    void infer('flights', 1001);
    await until('the other model answers', async () => (await versionOf('other')) === 1);
    elapsed('the other model answers', hung);
    await until('the last good version answers', async () => (await versionOf('flights')) === 1);
    elapsed('the last good version answers', hung);

    const cancelled = performance.now();
    await cancel.run({ run: run?.id ?? '' }, world, asked('event-cancel'));
    await until('the evaluation ends', async () => !(await scoring()));
    elapsed('the evaluation has ended', cancelled);
    expect(await container.registry.runs.get(run?.id ?? '')).toMatchObject({ status: 'cancelled' });

    const rolledBack = performance.now();
    const order = {
      model: 'flights',
      from: undefined,
      to: undefined,
      in: undefined,
      reason: 'it hangs',
    };
    await rollback.run(order, world, asked('event-rollback'));
    await until(
      'version 1 is live',
      async () => (await deployments.live('flights', 'production'))?.version === 1,
    );
    elapsed('version 1 is live', rolledBack);

    const stopped = performance.now();
    const ended = [serve, worker].map((role) => once(role, 'exit'));
    for (const role of [serve, worker]) role.kill('SIGTERM');
    await Promise.all(ended);
    elapsed('both roles have ended', stopped);
    expect([serve, worker].map(({ signalCode }) => signalCode)).not.toContain('SIGKILL');
  });
});
