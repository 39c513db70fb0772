import { afterAll, describe, expect, it } from 'vitest';
import type { Traffic } from '../../src/core/ports/traffic.ts';
import { TrafficCounter } from '../../src/serving/traffic.ts';
import { createTrafficKeeper } from '../../src/wiring/traffic.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { traffic } = library.registry;

const FLIGHTS = { model: 'flights', environment: 'production' };
const hour = (n: number) => new Date(Date.UTC(2026, 10, 1, n));
const counted = (n: number, change: Partial<Traffic> = {}): Traffic => ({
  ...{ ...FLIGHTS, version: 1, hour: hour(n), requests: 3, failures: 1 },
  latencies: [
    [40, 1],
    [60, 1],
  ],
  ...{ elsewhere: 0, labels: 0, latest: new Date(hour(n).getTime() + 60_000) },
  ...change,
});
const all = { from: hour(-9999), to: hour(9999) };

describe('registry/traffic', () => {
  it('adds up what several gateways counted for an hour, and gives the hours in order', async () => {
    await Promise.all([
      traffic.add(counted(2)),
      traffic.add(counted(1)),
      traffic.add(counted(1, { latest: hour(1), latencies: [[60, 2]] })),
      traffic.add(counted(1, { version: 2 })),
      traffic.add(counted(1, { environment: 'staging' })),
    ]);
    const first = counted(1, {
      ...{ requests: 6, failures: 2 },
      latencies: [
        [40, 1],
        [60, 3],
      ],
    });
    expect(await traffic.within(FLIGHTS, all, 1)).toEqual([first, counted(2)]);
    expect(await traffic.within(FLIGHTS, all)).toHaveLength(3);
    expect(await traffic.within(FLIGHTS, { from: hour(2), to: hour(3) })).toEqual([counted(2)]);
  });

  it('forgets hours of more than two months ago', async () => {
    await traffic.add(counted(-61 * 24));
    await traffic.add(counted(5));
    expect(await traffic.within(FLIGHTS, { from: hour(-9999), to: hour(0) })).toEqual([]);
  });

  it('keeps what the gateway counted until it can be stored', async () => {
    const counter = new TrafficCounter(clock);
    const endpoint = { ...FLIGHTS, model: 'delay' };
    counter.answered(endpoint, 7, 12);
    counter.answered(endpoint, 7, 12.1);
    counter.failed(endpoint, 7);
    counter.labels(endpoint, 30);
    const problems: unknown[] = [];
    let broken = true;
    const stored = { count: 0 };
    const keep = createTrafficKeeper(
      {
        async add(one) {
          if (broken) throw new Error('the registry is away');
          await traffic.add(one);
          stored.count += 1;
        },
      },
      (error) => problems.push(error),
    );
    keep(counter.take());
    await expect.poll(() => problems).toHaveLength(1);
    expect(counter.take()).toEqual([]);
    broken = false;
    keep([]);
    await expect.poll(() => stored.count).toBe(2);
    const [labels, requests] = (await traffic.within(endpoint, all)).toSorted(
      (a, b) => a.version - b.version,
    );
    expect(labels).toMatchObject({ version: 0, labels: 30, requests: 0, latencies: [] });
    expect(requests).toMatchObject({ version: 7, requests: 3, failures: 1, latest: clock.now() });
    expect(requests?.latencies.reduce((sum, [, count]) => sum + count, 0)).toBe(2);
  });
});
