import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../src/embedded/free-port.ts';
import { startRedis } from '../../../src/embedded/redis/start-redis.ts';
import { runKeys } from '../../../src/wiring/proof/keys.ts';
import { BUILT } from '../../built.ts';
import { writeWorkspace } from '../../jobs/workspace.ts';
import { startDouble } from '../../objects/s3/double/server.ts';
import { newPrefix } from '../../objects/s3/servers.ts';
import { runProgram } from '../../platforms/terminal/run-cli.ts';
import { openLibrary } from '../../registry/server.ts';
import { eventually } from '../eventually.ts';

/** Two of those that write what others read, and two that do the same work. */
const ROLES = [
  ...['policy', 'serve-a', 'serve-b', 'worker-a', 'worker-b'],
  ...['monitor-a', 'monitor-b', 'bot'],
] as const;
const TOKEN = 'a-token-of-the-bot-in-this-test';
/** Which private key a role has, by a folder of its own. */
const KEY_OF: Readonly<Record<string, string>> = { policy: 'policy', bot: 'witness' };

/**
 * Each role in a process with a folder of its own, in which its workspace and its home are: they share only addresses,
 * of Redis, of the registry and of a bucket.
 * @param models the key `models` of the workspace file, in YAML
 */
export async function startApart(models: string) {
  const dir = await mkdtemp(join(tmpdir(), 'apart-'));
  const homeOf = (role: string) => join(dir, role, 'home');
  const [library, redis, bucket] = await Promise.all([
    openLibrary(),
    startRedis({ dir: join(dir, 'redis') }),
    startDouble(),
  ]);
  const [main, a, b] = [await freePort(), await freePort(), await freePort()];
  const portOf = (role: string) => (role === 'serve-b' ? b : a);
  const aws = {
    AWS_ACCESS_KEY_ID: bucket.keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: bucket.keys.secretAccessKey,
  };
  const text = `
name: Apart
channels: { flights: { topic: Flights } }
people: { dev: { name: Dev, role: operator }, lead: { name: Lead, role: approver } }
objects: { kind: s3, bucket: ${bucket.bucket}, endpoint: '${bucket.endpoint}', prefix: ${newPrefix()} }
predictions: { not_before: 2001-01-01 }
${models}`;
  const roles = new Map<string, ChildProcess>();
  const said: string[] = [];
  const scene = () => said.join('');

  function start(role: string): void {
    const child = spawn(process.execPath, [BUILT.main, 'role', role.replace(/-.$/, '')], {
      cwd: join(dir, role),
      env: {
        PATH: process.env['PATH'],
        ...{ MONGODB_URI: library.uri, REDIS_URL: redis.url, ...aws },
        ...{ WHEELHOUSE_HOME: homeOf(role), WHEELHOUSE_WORKSPACE: join(dir, role, 'workspace') },
        ...{ WHEELHOUSE_PORT: String(main), WHEELHOUSE_TOKEN: TOKEN, WHEELHOUSE_DEMO: '1' },
        WHEELHOUSE_METRICS_PORT: 'off',
        WHEELHOUSE_INFERENCE_PORT: String(portOf(role)),
        WHEELHOUSE_LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => said.push(chunk));
    roles.set(role, child);
  }

  const keys = join(dir, 'provisioned');
  await runKeys(['create'], { write: () => true }, { home: keys });
  for (const role of ROLES) {
    const workspace = join(dir, role, 'workspace');
    await writeWorkspace(workspace);
    await writeFile(join(workspace, 'wheelhouse.yaml'), text);
    const own = KEY_OF[role];
    for (const part of ['public', ...(own === undefined ? [] : [own])])
      await cp(join(keys, 'keys', part), join(homeOf(role), 'keys', part), { recursive: true });
    start(role);
  }

  return {
    ...{ registry: library.registry, roles: ROLES, homeOf, scene },
    gateways: [a, b].map((port) => `http://127.0.0.1:${port}`),
    /** Until all of them are up. */
    ready: () =>
      eventually(
        'the roles are up',
        async () => said.join('').split('"ready":true').length > ROLES.length,
        { within: 120_000, scene },
      ),
    /** SIGKILL, and at once another process in its place. */
    async replace(role: (typeof ROLES)[number]): Promise<void> {
      const child = roles.get(role);
      if (!child) throw new Error(`${role} was never started`);
      await killed(child);
      start(role);
    },
    /** The command line as a person; what it printed as JSON. Throws if it fails. */
    async run(as: string, ...words: string[]): Promise<string> {
      const env = { WHEELHOUSE_URL: `http://127.0.0.1:${main}`, WHEELHOUSE_TOKEN: TOKEN };
      const program = runProgram([...words, '--as', as, '--json'], env);
      const code = await program.exit;
      if (code !== 0)
        throw new Error(`${words.join(' ')}: ${code} ${program.stdout()}${program.stderr()}`);
      return program.stdout();
    },
    /** The command line on yet another machine, which reads the registry and the bucket itself. */
    async runElsewhere(...words: string[]): Promise<unknown> {
      const program = runProgram([...words, '--json'], {
        ...{ MONGODB_URI: library.uri, WHEELHOUSE_HOME: join(dir, 'elsewhere'), ...aws },
        WHEELHOUSE_WORKSPACE: join(dir, 'bot', 'workspace'),
      });
      const code = await program.exit;
      if (code !== 0) throw new Error(`${words.join(' ')}: ${code} ${program.stderr()}`);
      return JSON.parse(program.stdout());
    },
    async stop(): Promise<void> {
      await Promise.all([...roles.values()].map(killed));
      await bucket.close();
      await library.close();
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function killed(child: ChildProcess): Promise<void> {
  const closed = new Promise((done) => child.once('close', done));
  child.kill('SIGKILL');
  await closed;
}

export type Apart = Awaited<ReturnType<typeof startApart>>;
