import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canInstall, install } from './debian.mjs';
import { load } from './load.mjs';
import { withLock } from './lock.mjs';
import { Blocked } from './say.mjs';

/**
 * Ensures that a Redis can be used: the one at REDIS_URL if it is set, otherwise a server program on this machine.
 */
export async function ensureRedis() {
  const { pingRedis } = await load('src/embedded/redis/ping.ts');
  // A server that was named but does not answer is not replaced by another one.
  if (process.env.REDIS_URL) return pingRedis(process.env.REDIS_URL);
  const { findRedisServer } = await load('src/embedded/redis/find-server.ts');
  if (findRedisServer()) return;
  if (!canInstall()) throw new Blocked(`Wheelhouse needs Redis. Install it: ${byHand()}`);
  await withLock('installing Redis', async () => {
    if (!findRedisServer()) await install('redis-server');
  });
  if (!findRedisServer())
    throw new Blocked('redis-server was installed and is not on PATH: add /usr/bin to PATH.');
}

function byHand() {
  if (process.platform === 'darwin') return 'brew install valkey';
  if (existsSync('/usr/bin/apt-get')) return 'sudo apt-get install redis-server';
  return 'put valkey-server or redis-server on PATH, or set REDIS_URL.';
}

/**
 * Runs something with its own Redis, which is deleted afterwards with all its data; with the one at REDIS_URL if it
 * is set.
 */
export async function withRedis(work) {
  if (process.env.REDIS_URL) return work(process.env.REDIS_URL);
  const { startRedis } = await load('src/embedded/redis/start-redis.ts');
  const dir = mkdtempSync(join(tmpdir(), 'wheelhouse-redis-'));
  try {
    const redis = await startRedis({ dir });
    return await work(redis.url).finally(redis.stop);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
