import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Holder, Lease } from '../../src/core/ports/leases.ts';
import { connect } from '../../src/queue/connection.ts';
import { during } from '../../src/queue/leases/during.ts';
import { hold } from '../../src/queue/leases/hold.ts';
import { createLeaseStore, LEASE_MS, type LeaseStore } from '../../src/queue/leases/store.ts';
import { createLog, openDesk } from './desk.ts';

const desk = await openDesk();
const redis = connect(desk.url, 'patient', desk.log);
afterAll(async () => {
  redis.disconnect();
  await desk.close();
});
const signal = new AbortController().signal;

const storeOf = (name: string): LeaseStore =>
  createLeaseStore(redis, desk.prefix, { id: randomUUID(), name, version: '0.1.0' });
const keyOf = (name: string) => `${desk.prefix}:lease:${name}`;

describe('queue: a lease in Redis', () => {
  it('goes to one of two that want it at once, in each of 20 attempts, with a number above the last', async () => {
    let last = 0;
    const [one, other] = [storeOf('one'), storeOf('other')];
    for (let n = 0; n < 20; n += 1) {
      const both = await Promise.all([one.take('slack'), other.take('slack')]);
      const tokens = both.filter((token) => token !== undefined);
      expect(tokens).toHaveLength(1);
      const [token = 0] = tokens;
      expect(token).toBeGreaterThan(last);
      last = token;
      await (both[0] === undefined ? other : one).release('slack', token);
    }
  });

  it('ends by the clock of Redis, and is not renewed after another process has it', async () => {
    const [one, other] = [storeOf('one'), storeOf('other')];
    const first = (await one.take('ends')) ?? 0;
    expect(await one.renew('ends', first)).toBe(true);
    expect(await redis.pttl(keyOf('ends'))).toBeLessThanOrEqual(LEASE_MS);
    await redis.pexpire(keyOf('ends'), 1);
    await expect.poll(() => other.take('ends')).toBeGreaterThan(first);
    expect(await one.renew('ends', first)).toBe(false);
    await one.release('ends', first); // of a lease that is not its own any more
    expect(await other.list()).toMatchObject([{ name: 'ends', holder: 'other', version: '0.1.0' }]);
  });

  it('has no lower number if Redis has lost everything', async () => {
    const one = storeOf('one');
    const first = (await one.take('lost')) ?? 0;
    await redis.del(keyOf('lost'), `${desk.prefix}:lease-number:lost`);
    expect(await one.renew('lost', first)).toBe(false);
    expect(await one.take('lost')).toBeGreaterThanOrEqual(first);
  });

  it('follows a predecessor at the same address at once when a process starts, and only then', async () => {
    const [one, other] = [storeOf('one'), storeOf('other')];
    await one.take('seat', { seat: 'here' });
    expect(await other.take('seat', { seat: 'here' })).toBeUndefined();
    expect(await other.take('seat', { seat: 'there', starting: true })).toBeUndefined();
    expect(await other.take('seat', { starting: true })).toBeUndefined();
    expect(await other.take('seat', { seat: 'here', starting: true })).toBeDefined();
  });

  it('lets one of two do what one only may do', async () => {
    const [one, other] = [storeOf('one'), storeOf('other')];
    let did = 0;
    const doing = async () => {
      did += 1;
    };
    const first = during(
      one,
      'sweep',
      async () => {
        expect(await during(other, 'sweep', doing, signal)).toBe(false);
        did += 1;
      },
      signal,
    );
    expect(await first).toBe(true);
    expect(await during(other, 'sweep', doing, signal)).toBe(true);
    expect(did).toBe(2);
  });
});

/** Leases in memory, of two processes; time is the test's. */
function createPair() {
  let held: { by: string; token: number; until: number } | undefined;
  let tokens = 0;
  const listeners = new Set<(name: string) => void>();
  const bus = {
    publish: async (_: string, name: string) => {
      for (const listener of listeners) listener(name);
    },
    subscribe(_: string, listener: (name: string) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const log = createLog();
  async function open(by: string, over: Partial<Holder> = {}) {
    const seen: string[] = [];
    const process: { isAway: boolean; isUnreachable: boolean; lease?: Lease } = {
      ...{ isAway: false, isUnreachable: false },
    };
    const asked = async <T>(answer: () => T): Promise<T> => {
      // A process that is paused asks nothing until it goes on.
      await vi.waitUntil(() => !process.isAway, { timeout: 1e6, interval: 100 });
      if (process.isUnreachable) throw new Error('no line to Redis');
      if (held && held.until <= Date.now()) held = undefined;
      return answer();
    };
    const store = {
      take: () =>
        asked(() => {
          if (held && held.by !== by) return undefined;
          tokens += 1;
          held = { by, token: tokens, until: Date.now() + LEASE_MS };
          return tokens;
        }),
      renew: (_: string, token: number) =>
        asked(() => {
          if (held?.by !== by || held.token !== token) return false;
          held.until = Date.now() + LEASE_MS;
          return true;
        }),
      release: (_: string, token: number) =>
        asked(() => {
          if (held?.by === by && held.token === token) held = undefined;
        }),
    };
    const holding = await hold(
      { store, bus, log },
      {
        name: 'slack',
        async gained(lease) {
          process.lease = lease;
          seen.push('gained');
        },
        lost: async (why) => void seen.push(why),
        failed: () => void seen.push('fatal'),
        ...over,
      },
    );
    return { ...holding, seen, process };
  }
  return {
    open,
    forget() {
      held = undefined;
    },
  };
}

describe('queue: a process that wants a lease', () => {
  afterEach(() => void vi.useRealTimers());

  it('has it at once if it was given back, and within the life of a lease if its holder was killed', async () => {
    vi.useFakeTimers();
    const { open } = createPair();
    const [one, other] = [await open('one'), await open('other')];
    expect([one.seen, other.seen]).toEqual([['gained'], []]);
    await one.stop();
    await vi.advanceTimersByTimeAsync(1);
    expect([one.seen, other.seen]).toEqual([['gained', 'stopping'], ['gained']]);
    const third = await open('third');
    other.process.isAway = true;
    await vi.advanceTimersByTimeAsync(LEASE_MS + 1000);
    expect(third.seen).toEqual(['gained']);
  });

  it('that was paused finds that it has lost it, by any question that it asks', async () => {
    vi.useFakeTimers();
    const { open } = createPair();
    const [one, other] = [await open('one'), await open('other')];
    const before = await one.process.lease?.confirm();
    one.process.isAway = true;
    await vi.advanceTimersByTimeAsync(LEASE_MS + 1000);
    expect(other.seen).toEqual(['gained']);
    const late = expect(one.process.lease?.confirm()).rejects.toThrow('does not have the lease');
    one.process.isAway = false;
    await vi.advanceTimersByTimeAsync(200);
    await late;
    await vi.advanceTimersByTimeAsync(2000);
    expect(one.seen).toEqual(['gained', 'taken']);
    expect(await other.process.lease?.confirm()).toBeGreaterThan(before ?? 0);
  });

  it('confirms nothing while Redis does not answer, keeps its connection, and goes on when Redis is back without its data', async () => {
    vi.useFakeTimers();
    const { open, forget } = createPair();
    const one = await open('one');
    const before = (await one.process.lease?.confirm()) ?? 0;
    one.process.isUnreachable = true;
    await expect(one.process.lease?.confirm()).rejects.toThrow('Redis did not answer');
    await vi.advanceTimersByTimeAsync(10 * LEASE_MS);
    expect(one.seen).toEqual(['gained']);
    forget();
    one.process.isUnreachable = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(await one.process.lease?.confirm()).toBeGreaterThan(before);
    expect(one.seen).toEqual(['gained']);
  });

  it('gives it back if it cannot do what it is for', async () => {
    vi.useFakeTimers();
    const { open } = createPair();
    const gained = () => Promise.reject(new Error('the token was revoked'));
    await expect(open('one', { gained })).rejects.toThrow('the token was revoked');
    const one = await open('one');
    const other = await open('other', { gained });
    await one.stop();
    await vi.advanceTimersByTimeAsync(1000);
    expect(other.seen).toEqual(['failed', 'fatal']);
    expect((await open('third')).seen).toEqual(['gained']);
  });
});
