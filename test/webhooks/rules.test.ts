import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReceiverSpec, Sent } from '../../src/core/ports/webhooks.ts';
import { addressFault, hostFault } from '../../src/webhooks/addresses.ts';
import { healthAfter, retryIn } from '../../src/webhooks/health.ts';
import { wants } from '../../src/webhooks/matches.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const DAY = 86_400_000;
const sent = (more: Partial<Sent> = {}): Sent => ({ at: NOW, ms: 5, ...more });
const failed = (status?: number, more: Partial<Sent> = {}) =>
  sent({ problem: 'it failed', ...(status !== undefined && { status }), ...more });

describe('webhooks: retries', () => {
  it('follows the schedule of Standard Webhooks, which ends after three days', () => {
    const delays = Array.from({ length: 9 }, (_, at) => retryIn(at + 1, failed(500), 0) ?? 0);
    expect(delays.map((ms) => ms / 1000)).toEqual([
      ...[5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
    ]);
    // 75:35:05 after the start, as in the table of the standard.
    expect(delays.reduce((all, ms) => all + ms, 0) / 1000).toBe(75 * 3600 + 35 * 60 + 5);
    expect(retryIn(10, failed(500), 0)).toBeUndefined();
  });

  it('waits up to a tenth longer, and as long as it is asked to, but never more than a day', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (attempts, random) => {
          const least = retryIn(attempts, failed(500), 0) ?? 0;
          const delay = retryIn(attempts, failed(500), random) ?? 0;
          expect(delay).toBeGreaterThanOrEqual(least);
          expect(delay).toBeLessThanOrEqual(least * 1.1);
        },
      ),
    );
    expect(retryIn(1, failed(429, { retryAfterMs: 60_000 }), 0)).toBe(60_000);
    expect(retryIn(1, failed(429, { retryAfterMs: 90 * DAY }), 0)).toBe(DAY);
  });
});

describe('webhooks: a receiver', () => {
  const healthOf = (state: Parameters<typeof healthAfter>[0], one: Sent, now = NOW) =>
    healthAfter(state, one, { now, offAfterDays: 5 });

  it('is left alone for longer and longer, and asked at once when it has answered', () => {
    let state: ReturnType<typeof healthOf> = { failures: 0 };
    const pauses = Array.from({ length: 9 }, () => {
      state = healthOf(state, failed());
      return ((state.resumeAt?.getTime() ?? 0) - NOW.getTime()) / 1000;
    });
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600]);
    expect(healthOf(state, sent({ status: 200 }))).toEqual({ failures: 0 });
  });

  it('that refuses one event gets the others', () => {
    const state = healthOf({ failures: 0 }, failed(400));
    expect(state).toEqual({ failingSince: NOW, failures: 0 });
  });

  it('is switched off after five days without a delivery, or when it says that it is gone', () => {
    const failingSince = new Date(NOW.getTime() - 5 * DAY);
    const early = new Date(NOW.getTime() - 1);
    expect(healthOf({ failingSince, failures: 3 }, failed(), early).off).toBeUndefined();
    expect(healthOf({ failingSince, failures: 3 }, failed()).off).toEqual({
      since: NOW,
      why: 'nothing was delivered for 5 days; the last problem: it failed',
    });
    expect(healthOf({ failures: 0 }, failed(410)).off?.why).toMatch(/410/);
    // It stays off: a delivery in progress may still succeed.
    const off = { since: failingSince, why: 'gone' };
    expect(healthOf({ failures: 0, off }, sent({ status: 200 })).off).toEqual(off);
  });
});

describe('webhooks: what a receiver wants', () => {
  const spec = (more: Partial<ReceiverSpec>): ReceiverSpec => ({
    ...{ name: 'ci', url: 'https://example.com', secrets: ['A_SECRET'], events: ['*'] },
    ...{ homes: [], offAfterDays: 5, internal: false },
    ...more,
  });
  const event = { action: 'deployment.live', model: 'flights', environment: 'production' };

  it.each<[Partial<ReceiverSpec>, object, boolean]>([
    [{}, {}, true],
    [{}, { action: 'command.train' }, false],
    [{ events: ['command.*'] }, { action: 'command.train' }, true],
    [{ events: ['deployment.*'] }, {}, true],
    [{ events: ['deployment.*'] }, { action: 'deployments.live' }, false],
    [{ events: ['deployment.live'] }, {}, true],
    [{ events: ['deployment.rollback', 'deployment.l'] }, {}, false],
    [{ models: ['flights'] }, {}, true],
    [{ models: ['delay'] }, {}, false],
    [{ models: ['delay'] }, { model: undefined }, false],
    [{ environments: ['staging'] }, {}, false],
    [{ environments: ['production'] }, {}, true],
  ])('%j of %j: %s', (change, other, wanted) => {
    expect(wants(spec(change), { ...event, ...other })).toBe(wanted);
  });
});

describe('webhooks: addresses', () => {
  it.each([
    ['93.184.216.34', true, true],
    ['2606:2800:220:1:248:1893:25c8:1946', true, true],
    ['127.0.0.1', false, true],
    ['10.1.2.3', false, true],
    ['172.31.0.1', false, true],
    ['192.168.1.1', false, true],
    ['100.100.0.1', false, true],
    ['::1', false, true],
    ['fd12::1', false, true],
    ['::ffff:10.0.0.1', false, true],
    ['::ffff:a00:1', false, true],
    ['169.254.169.254', false, false],
    ['::ffff:169.254.169.254', false, false],
    ['fd00:ec2::254', false, false],
    ['fe80::1', false, false],
    ['0.0.0.0', false, false],
    ['224.0.0.1', false, false],
    ['255.255.255.255', false, false],
    ['64:ff9b::7f00:1', false, false],
    ['2002:7f00:1::', false, false],
    ['::ffff:0:7f00:1', false, false],
    ['::127.0.0.1', false, true],
    ['fec0::1', false, true],
  ])('%s: public %s, internal %s', (address, isPublic, isInternal) => {
    expect(addressFault(address, false) === undefined).toBe(isPublic);
    expect(addressFault(address, true) === undefined).toBe(isInternal);
  });

  it.each(['http://127.1/x', 'http://2130706433/', 'http://0x7f.1/', 'http://[::1]:80/'])(
    '%s is the loopback address, however it is written',
    (url) => {
      expect(hostFault(url, false)).toMatch(/private address/);
      expect(hostFault(url, true)).toBeUndefined();
    },
  );

  it('leaves names to the moment of the connection', () => {
    expect(hostFault('https://localhost/x', false)).toBeUndefined();
  });
});
