import { describe, expect, it, vi } from 'vitest';
import { connect, ready } from '../../src/queue/connection.ts';
import { createLog, openDesk, until } from './desk.ts';

describe('queue: commands of one turn of the event loop', () => {
  it('are sent in one write, and each has its own answer', async () => {
    const desk = await openDesk();
    const redis = connect(desk.url, 'brisk', createLog());
    try {
      await ready(redis);
      const single = vi.spyOn(redis.stream, '_write');
      const several = vi.spyOn(redis.stream, '_writev');
      const key = `${desk.prefix}:one-write`;
      const answers = Array.from({ length: 50 }, () => redis.incr(key));
      answers.push(redis.hset(key, 'no', 'hash'));
      const [last, ...all] = (await Promise.allSettled(answers)).reverse();
      expect(last).toMatchObject({ status: 'rejected' });
      expect(String(last?.status === 'rejected' && last.reason)).toContain('WRONGTYPE');
      expect(all.map((one) => one.status === 'fulfilled' && one.value).reverse()).toEqual(
        Array.from({ length: 50 }, (_, n) => n + 1),
      );
      expect([single.mock.calls.length, several.mock.calls.length]).toEqual([0, 1]);

      expect(await redis.incr(key)).toBe(51);
      expect(single.mock.calls.length + several.mock.calls.length).toBe(2);
    } finally {
      redis.disconnect();
      await desk.close();
    }
  });

  it('work again after the connection broke with some of them pending', async () => {
    const desk = await openDesk();
    const redis = connect(desk.url, 'brisk', createLog());
    try {
      await ready(redis);
      const asked = redis.incr(`${desk.prefix}:gone`);
      redis.stream.destroy();
      await Promise.allSettled([asked]);
      await until('the connection stands again', () => redis.status === 'ready');
      expect(await redis.ping()).toBe('PONG');
    } finally {
      redis.disconnect();
      await desk.close();
    }
  });
});
