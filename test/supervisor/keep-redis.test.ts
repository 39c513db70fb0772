import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, it, vi } from 'vitest';
import { openJournal } from '../../src/supervisor/journal.ts';
import { keepRedis } from '../../src/supervisor/keep-redis.ts';

it('supervisor/keep-redis brings a killed Redis back for the clients it had', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'wheelhouse-keep-redis-'));
  const notices: string[] = [];
  const journal = await openJournal(dir, 'redis');
  const kept = await keepRedis(join(dir, 'redis'), journal, (text) => notices.push(text));
  const client = new Redis(kept.url, { maxRetriesPerRequest: null });
  client.on('error', () => {});
  try {
    await client.set('kept', 'yes');
    // Written before it was acknowledged. The second between two fsyncs is lost only to a power cut.
    process.kill(await pidOf(client), 'SIGKILL');
    await vi.waitFor(() => expect(notices).toHaveLength(1), { timeout: 60_000 });
    expect(notices[0]).toContain('Redis exited and is being restarted');
    expect(await client.get('kept')).toBe('yes');
    await pidOf(client);
  } finally {
    client.disconnect();
    await kept.stop();
    await rm(dir, { recursive: true });
  }
  expect(notices).toHaveLength(1);
});

async function pidOf(client: Redis): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1]);
}
