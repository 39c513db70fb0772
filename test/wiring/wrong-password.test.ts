import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnRedis, startRedis } from '../../src/embedded/redis/start-redis.ts';
import { BUILT } from '../built.ts';
import { startEmbeddedStore } from '../compiled/store.ts';

const WRONG = 'wr0ng/pass word+';

describe('a role with a wrong password for Redis', () => {
  let dir: string;
  let redis: OwnRedis;
  let store: Awaited<ReturnType<typeof startEmbeddedStore>>;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'wheelhouse-auth-'));
    [redis, store] = await Promise.all([
      startRedis({ dir: join(dir, 'redis') }),
      startEmbeddedStore({ dir: join(dir, 'store') }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([redis.stop(), store.stop()]);
    await rm(dir, { recursive: true });
  });

  it('says what is wrong, without the password', async () => {
    const url = new URL(redis.url);
    url.password = WRONG;
    const child = spawn(process.execPath, [BUILT.main, 'role', 'monitor'], {
      env: {
        ...process.env,
        REDIS_URL: url.href,
        MONGODB_URI: store.uri,
        WHEELHOUSE_HOME: join(dir, 'home'),
      },
    });
    const said = await outputOf(child);
    expect(said).toContain('WRONGPASS');
    for (const secret of [WRONG, url.password, encodeURIComponent(WRONG), decodeURI(url.password)])
      expect(said).not.toContain(secret);
  });
});

async function outputOf(child: ChildProcess): Promise<string> {
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      said += text;
    });
  await once(child, 'close');
  return said;
}
