import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { inWords, Unreachable } from '../../src/core/errors.ts';
import { freePort } from '../../src/embedded/free-port.ts';
import { findRedisServer } from '../../src/embedded/redis/find-server.ts';
import { openQueue } from '../../src/queue/index.ts';
import { builtProgram } from '../built.ts';
import { createWorld } from '../fakes/world.ts';
import { createLog, deskJob, openDesk, until } from './desk.ts';

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

// A job of a dead worker is noticed after a quarter of a minute, in which the others run.
describe.concurrent('queue, when a worker is killed', () => {
  it('begins its job again in another process', async () => {
    const desk = await openDesk();
    const program = builtProgram('test/queue/worker-child.ts');
    const child = fork(program, [desk.url, desk.prefix], {
      execArgv: [],
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    children.push(child);
    const { jobs, work } = await desk.open();
    const ran: string[] = [];
    const gaveUp: string[] = [];
    const job = deskJob({
      name: 'killed',
      attempts: 1,
      run: async ({ key }) => void ran.push(key),
      failed: async ({ key }) => void gaveUp.push(key),
    });
    await jobs.enqueue(job, { key: 'k', value: 0 });
    let said = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
    await until('the child runs it', () => said === 'k runs\n');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const worker = work('control', [job], createWorld());
    await until('it begins again', () => ran.length > 0);
    await worker.close(5000);
    await desk.close();
    expect(ran).toEqual(['k']);
    expect(gaveUp).toEqual([]);
  });
});

describe.concurrent('queue, when Redis is unreachable', () => {
  it('refuses in one line, and works again when Redis is back', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'wheelhouse-gone-'));
    const port = await freePort();
    let server = await startServer(dir, port);
    const log = createLog();
    const queue = await openQueue({ url: `redis://127.0.0.1:${port}`, log });
    const ran: string[] = [];
    const job = deskJob({ run: async ({ key }) => void ran.push(key) });
    const worker = queue.work('control', [job], createWorld());
    await queue.jobs.enqueue(job, { key: 'before', value: 0 });
    await until('it runs', () => ran.length === 1);
    const heard: string[] = [];
    queue.bus.subscribe('deployments', (model) => heard.push(model));

    server.kill('SIGSTOP'); // still there, but it says nothing
    const silent = queue.jobs.enqueue(job, { key: 'silent', value: 0 });
    await expect(silent).rejects.toThrow(Unreachable);
    expect(await silent.catch(inWords)).toBe(
      'Queueing test-job: Redis did not respond, so it may not have been started. Try again in a moment; the same job is not started twice.',
    );

    server.kill('SIGKILL');
    await once(server, 'exit');
    const gone = queue.jobs.enqueue(job, { key: 'gone', value: 0 });
    expect(await gone.then(() => '', inWords)).toBe(
      'Queueing test-job: Redis is unreachable, so nothing was started. Try again in a moment; if the problem persists, start Redis.',
    );
    await expect(queue.ping()).rejects.toThrow();
    await queue.bus.publish('deployments', 'flights'); // lossy, so it does not throw

    server = await startServer(dir, port);
    await until('it is taken again', () =>
      queue.jobs.enqueue(job, { key: 'after', value: 0 }).then(
        () => true,
        () => false,
      ),
    );
    await until('the worker has come back too', () => ran.includes('after'));
    const hears = (model: string) =>
      until(`the bus passes on ${model}`, async () => {
        await queue.bus.publish('deployments', model);
        return heard.includes(model);
      });
    await hears('after');
    // A subscription that fails after a reconnect ends no process (Vitest would report it).
    const admin = new Redis(port);
    await admin.call('ACL', 'SETUSER', 'default', 'resetchannels');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until('it subscribes in vain', async () => /NOPERM|denied/.test(await refusals(admin)));
    await admin.call('ACL', 'SETUSER', 'default', 'allchannels');
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await hears('again');
    admin.disconnect();
    expect(log.lines.filter(({ level }) => level !== 'info').length).toBeLessThan(20);
    await worker.close(5000);
    await queue.close();
    server.kill('SIGTERM');
    await once(server, 'exit');
    await rm(dir, { recursive: true });
  });

  it('does not open without a server', async () => {
    const port = await freePort();
    const opening = openQueue({ url: `redis://127.0.0.1:${port}`, log: createLog() });
    await expect(opening).rejects.toThrow(Unreachable);
  });
});

/** Redis's own log of refused commands. */
async function refusals(redis: Redis): Promise<string> {
  const log = JSON.stringify(await redis.call('ACL', 'LOG'));
  return /subscribe/.test(log) ? `denied ${log}` : '';
}

/** On a fixed port, so that it can come back. */
async function startServer(dir: string, port: number): Promise<ChildProcess> {
  const program = findRedisServer();
  if (program === undefined) throw new Error('this test needs valkey-server or redis-server');
  const child = spawn(program, ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await until('Redis is up', () => /Ready to accept connections/.test(said));
  return child;
}
