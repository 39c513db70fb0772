import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../src/embedded/free-port.ts';
import { type OwnRedis, startRedis } from '../../src/embedded/redis/start-redis.ts';
import { runKeys } from '../../src/wiring/proof/keys.ts';
import { BUILT } from '../built.ts';
import { writeWorkspace } from '../jobs/workspace.ts';
import { startDouble } from '../objects/s3/double/server.ts';
import { newPrefix, type Server } from '../objects/s3/servers.ts';
import { runProgram } from '../platforms/terminal/run-cli.ts';
import { openLibrary } from '../registry/server.ts';
import { request, rows } from '../serving/world.ts';
import { eventually } from '../story/eventually.ts';
import { playsLong } from '../sweep.ts';

const ROLES = ['policy', 'serve', 'worker', 'monitor', 'bot'] as const;
const TOKEN = 'a-token-of-the-bot-in-this-test';

const workspaceOn = ({ endpoint, bucket }: Server) => `
name: Apart
channels: { flights: { topic: Flights } }
people: { dev: { name: Dev, role: operator }, lead: { name: Lead, role: approver } }
objects: { kind: s3, bucket: ${bucket}, endpoint: '${endpoint}', prefix: ${newPrefix()} }
predictions: { not_before: 2001-01-01 }
models:
  flights:
    summary: Late flights
    channel: flights
    features: { distance: number, carrier: category }
    label: late
    dataset: [node, dataset.mjs]
    train: [sh, train.sh]
    parameters: { quality: { type: string, default: strong, summary: Which model is made } }
    training: { from: 2001-01-01, to: 2001-02-01, timeout_minutes: 1 }
    evaluation: { days: 14, primary: [auc], margin: 0.01 }
    approval: { needed: 1, undo_seconds: 0, receipts: false }
    monitors: { drift: { kind: drift, window_hours: 24, min_rows: 100, schedule: '*/2 * * * * *' } }
`;

/** Each role has its own folder. They share only addresses: Redis, the registry and the bucket. */
describe.runIf(playsLong('no shared disk'))('wiring: roles without a shared disk', () => {
  let dir = '';
  let library: Awaited<ReturnType<typeof openLibrary>>;
  let redis: OwnRedis;
  let server: Server;
  let ports: { main: number; inference: number };
  const roles: ChildProcess[] = [];
  const said: string[] = [];
  const homeOf = (role: string) => join(dir, role, 'home');

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'no-shared-disk-'));
    ports = { main: await freePort(), inference: await freePort() };
    [library, redis, server] = await Promise.all([
      openLibrary(),
      startRedis({ dir: join(dir, 'redis') }),
      startDouble(),
    ]);
    const keys = join(dir, 'provisioned');
    await runKeys(['create'], { write: () => true }, { home: keys });
    for (const role of ROLES) {
      const workspace = join(dir, role, 'workspace');
      await writeWorkspace(workspace);
      await writeFile(join(workspace, 'wheelhouse.yaml'), workspaceOnce(server));
      const own = { policy: 'policy', bot: 'witness' }[String(role)];
      for (const part of ['public', ...(own === undefined ? [] : [own])])
        await cp(join(keys, 'keys', part), join(homeOf(role), 'keys', part), { recursive: true });
      start(role, workspace);
    }
    await eventually(
      'the roles are up',
      async () => said.join('').split('"ready":true').length > ROLES.length,
      {
        within: 120_000,
        scene: () => said.join(''),
      },
    );
  }, 180_000);
  afterAll(async () => {
    for (const role of roles) role.kill('SIGKILL');
    await server?.close();
    await library?.close();
    await redis?.stop();
    await rm(dir, { recursive: true, force: true });
  });

  let text: string | undefined;
  /** With one prefix for all roles. */
  const workspaceOnce = (on: Server) => {
    text ??= workspaceOn(on);
    return text;
  };

  function start(role: string, workspace: string): void {
    const child = spawn(process.execPath, [BUILT.main, 'role', role], {
      cwd: join(dir, role),
      env: {
        PATH: process.env['PATH'],
        ...{ MONGODB_URI: library.uri, REDIS_URL: redis.url },
        ...{ WHEELHOUSE_HOME: homeOf(role), WHEELHOUSE_WORKSPACE: workspace },
        ...{ WHEELHOUSE_PORT: String(ports.main), WHEELHOUSE_TOKEN: TOKEN, WHEELHOUSE_DEMO: '1' },
        WHEELHOUSE_METRICS_PORT: 'off',
        WHEELHOUSE_INFERENCE_PORT: String(ports.inference),
        WHEELHOUSE_LOG_LEVEL: 'warn',
        AWS_ACCESS_KEY_ID: server.keys.accessKeyId,
        AWS_SECRET_ACCESS_KEY: server.keys.secretAccessKey,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
    roles.push(child);
  }

  const cli = async (as: string, ...words: string[]) => {
    const env = { WHEELHOUSE_URL: `http://127.0.0.1:${ports.main}`, WHEELHOUSE_TOKEN: TOKEN };
    const run = runProgram([...words, '--as', as, '--json'], env);
    const code = await run.exit;
    return { code, stdout: run.stdout(), stderr: run.stderr() };
  };
  const ok = async (as: string, ...words: string[]) => {
    const answer = await cli(as, ...words);
    expect(answer, `${words.join(' ')}: ${answer.stdout}${answer.stderr}`).toMatchObject({
      code: 0,
    });
    return answer.stdout;
  };
  const scene = () => said.join('');

  it('train, promote, predict and watch', async () => {
    // Waits for the outcome.
    const trained = await ok('dev', 'train', 'flights');
    const [run = ''] = /run-[a-z0-9]+/.exec(trained) ?? [];
    // The worker wrote it, the bot shows it.
    await eventually(
      'the log of the run',
      async () => (await ok('dev', 'logs', run)).includes('training with strong'),
      { within: 60_000, scene },
    );
    const evaluated = () => library.registry.versions.evaluation('flights@1');
    await eventually('version 1 is evaluated', evaluated, { within: 60_000, scene });
    await ok('dev', 'promote', 'flights', '1');
    const open = async () =>
      (await library.registry.approvals.list({ limit: 10 })).find(
        ({ status }) => status === 'open',
      );
    const asked = await eventually('the request is open', open, { within: 60_000, scene });
    await ok('lead', 'approve', asked.id);
    const infer = (n: number) =>
      request(
        `http://127.0.0.1:${ports.inference}/v2/models/flights/infer`,
        rows(
          Array.from({ length: 100 }, (_, at) => [(at * 7919) % 2000, at % 2 === 0 ? 'AA' : 'UA']),
          { parameters: { times: Array.from({ length: 100 }, () => `2001-03-01T0${n}:00:00Z`) } },
        ),
      ).catch(() => undefined);
    const answered = async () => JSON.stringify(await infer(1)).includes('"model_version":"1"');
    await eventually('version 1 answers', answered, { within: 60_000, scene });
    for (const hour of [2, 3, 4]) await infer(hour);
    const endpoint = { model: 'flights', environment: 'production' };
    const profiled = async () => {
      const buckets = await library.registry.profiles.buckets(endpoint, new Date('2001-01-01'));
      return buckets.reduce((sum, bucket) => sum + bucket.rows, 0) >= 400;
    };
    await eventually('the monitor has counted the predictions', profiled, {
      within: 60_000,
      scene,
    });
    // Data from the shared disk stayed there: the gateway has only its own log, and the monitor no other copy.
    expect(await readdir(join(homeOf('monitor'), 'shared', 'predictions'))).toContain(
      'flights@production',
    );
    for (const role of ROLES) expect(await readdir(homeOf(role))).not.toContain('artifacts');
    const env = {
      ...{ MONGODB_URI: library.uri, WHEELHOUSE_HOME: join(dir, 'somewhere') },
      WHEELHOUSE_WORKSPACE: join(dir, 'bot', 'workspace'),
      AWS_ACCESS_KEY_ID: server.keys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.keys.secretAccessKey,
    };
    const storage = runProgram(['storage', '--json'], env);
    expect(await storage.exit, storage.stderr()).toBe(0);
    const names = [{ name: 'versions' }, { name: 'evaluations' }, { name: 'shared_files' }];
    expect(JSON.parse(storage.stdout())).toMatchObject({
      usedBy: expect.arrayContaining(names.map((one) => expect.objectContaining(one))),
    });
  }, 240_000);
});
