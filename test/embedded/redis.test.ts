import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findRedisServer } from '../../src/embedded/redis/find-server.ts';
import { pingRedis } from '../../src/embedded/redis/ping.ts';
import { type OwnRedis, startRedis } from '../../src/embedded/redis/start-redis.ts';

const SOURCE = new URL('../../src/embedded/redis/start-redis.ts', import.meta.url).href;
const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('embedded/redis', () => {
  let dir: string;
  const started: OwnRedis[] = [];
  const start = async (options: { dir: string; program?: string }) => {
    const redis = await startRedis(options);
    started.push(redis);
    return redis;
  };
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'wheelhouse-redis-'));
  });
  afterEach(async () => {
    await Promise.all(started.splice(0).map((redis) => redis.stop()));
    await rm(dir, { recursive: true, force: true });
  });

  it('keeps its data, evicts nothing, and requires the password', async () => {
    const { url, pid } = await start({ dir });
    await using(url, async (redis) => {
      expect(await redis.config('GET', 'maxmemory-policy')).toContain('noeviction');
      expect(await redis.config('GET', 'appendonly')).toContain('yes');
      expect(await redis.config('GET', 'appendfsync')).toContain('everysec');
      expect(await redis.config('GET', 'save')).toEqual(['save', '']);
      expect(await redis.config('GET', 'dir')).toEqual(['dir', dir]);
      expect(await redis.info('server')).toContain(`process_id:${pid}`);
      await redis.set('kept', 'yes');
    });
    const open = new URL(url);
    open.password = '';
    await expect(using(open.href, (redis) => redis.get('kept'))).rejects.toThrow(/NOAUTH/);
    // It contained the password, and programs of the same user could read it.
    expect(existsSync(join(dir, 'redis.conf'))).toBe(false);

    await started[0]?.stop();
    await started[0]?.stop();
    expect(isAlive(pid)).toBe(false);

    const again = await start({ dir });
    expect(await using(again.url, (redis) => redis.get('kept'))).toBe('yes');
    expect(again.url).not.toBe(url);
  });

  it('runs several at once, each with its own folder', async () => {
    const many = await Promise.all(['a', 'b', 'c'].map((name) => start({ dir: join(dir, name) })));
    expect(new Set(many.map(({ url }) => new URL(url).port)).size).toBe(3);
    await Promise.all(many.map(({ url }) => pingRedis(url)));
  });

  it('exits with its parent, even if that is killed', async () => {
    const program = `import { startRedis } from ${JSON.stringify(SOURCE)};
      const { pid } = await startRedis({ dir: ${JSON.stringify(dir)} });
      console.log(pid);`;
    const file = join(dir, 'parent.mts');
    await writeFile(file, program);
    const tsx = import.meta.resolve('tsx');
    const parent = spawn(process.execPath, ['--import', tsx, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(createInterface({ input: parent.stdout }), 'line');
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 60_000 });
  });

  it('reports the server’s output if it does not start', async () => {
    const redis = await start({ dir });
    await using(redis.url, (connection) => connection.set('a', '1'));
    await redis.stop();
    const manifest = join(dir, 'appendonlydir', 'appendonly.aof.manifest');
    await writeFile(manifest, `${await readFile(manifest, 'utf8')}nonsense\n`);
    await expect(start({ dir })).rejects.toThrow(/Starting .* Last output:\n(.|\n)*manifest/);
  });

  it('does not mistake a program without answers for a server', async () => {
    await expect(start({ dir, program: '/bin/false' })).rejects.toThrow(
      'it ended at once (exit code 1)',
    );
  });

  it('picks another port if its own was taken in between', async () => {
    const server = findRedisServer() ?? 'redis-server';
    const unlucky = join(dir, 'unlucky');
    // Simulates the thief, whose timing no test can control: fails as Redis does, twice.
    const script = `#!/bin/sh
echo x >> "${dir}/tries"
[ $(wc -l < "${dir}/tries") -gt 2 ] || { echo 'bind: Address already in use'; exit 1; }
exec ${server} "$@"
`;
    await writeFile(unlucky, script, { mode: 0o755 });
    const { url } = await start({ dir, program: unlucky });
    await pingRedis(url);
    expect(await readFile(join(dir, 'tries'), 'utf8')).toBe('x\nx\nx\n');
  });

  it('finds the server by PATH, valkey before redis', async () => {
    const program = async (name: string) => {
      await writeFile(join(dir, name), '#!/bin/sh\n', { mode: 0o755 });
      return join(dir, name);
    };
    expect(findRedisServer(`${dir}:/nowhere`)).toBeUndefined();
    const redis = await program('redis-server');
    expect(findRedisServer(`/nowhere:${dir}`)).toBe(redis);
    const valkey = await program('valkey-server');
    expect(findRedisServer(dir)).toBe(valkey);
    await rm(valkey);
    await writeFile(valkey, 'not to be run', { mode: 0o644 });
    expect(findRedisServer(dir)).toBe(redis);
  });

  it('names the server at REDIS_URL that does not answer, never its password', async () => {
    const { url } = await start({ dir });
    await started[0]?.stop();
    const fault = await pingRedis(url).catch((error: unknown) => error);
    expect(String(fault)).toMatch(/REDIS_URL is set, but redis:\/\/:\*\*\*@.* ECONNREFUSED/);
    expect(String(fault)).not.toContain(new URL(url).password);
  });

  it('reports a wrong password', async () => {
    const { url } = await start({ dir });
    const wrong = new URL(url);
    wrong.password = 'guessed';
    await expect(pingRedis(wrong.href)).rejects.toThrow(/WRONGPASS/);
  });
});

async function using<T>(url: string, ask: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
