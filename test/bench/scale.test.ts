import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Costs, Limits, Load } from '../../bench/scale/costs.ts';
import { planFor } from '../../bench/scale/plan.ts';
import {
  logNormal,
  meanWait,
  seeded,
  serversFor,
  simulate,
  waits,
} from '../../bench/scale/queueing.ts';
import { intoPage } from '../../bench/scale/words.ts';

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const exponential = (seconds: number) => (random: () => number) =>
  -seconds * Math.log(1 - random());

describe('queueing', () => {
  it.each([
    // M/M/1: the share of time that the server is busy.
    [1, 0.5, 0.5],
    // By the sum of https://en.wikipedia.org/wiki/Erlang_(unit)#Erlang_C_formula, in exact fractions.
    [2, 1, 1 / 3],
    [10, 8, 0.40918],
    [100, 90, 0.21706],
  ])('with %d servers and %d erlang, %d wait', (servers, offered, share) => {
    expect(waits(servers, offered)).toBeCloseTo(share, 3);
  });

  it('makes everybody wait who brings more than there is', () => {
    expect(waits(5, 5)).toBe(1);
    expect(meanWait(5, 1, 6, 1)).toBe(Number.POSITIVE_INFINITY);
  });

  it('agrees with a simulation of exponential times', () => {
    const [servers, arrivals, seconds] = [8, 0.02, 340];
    const found = simulate({
      ...{ servers, arrivals: () => arrivals, mostArrivals: arrivals, days: 400, seed: 5 },
      service: exponential(seconds),
    });
    const share = found.filter((wait) => wait > 0).length / found.length;
    expect(Math.abs(share - waits(servers, arrivals * seconds))).toBeLessThan(0.03);
    expect(mean(found) / meanWait(servers, arrivals, seconds, 1)).toBeCloseTo(1, 0.7);
  });

  it('finds the fewest servers', () => {
    const aim = { within: 60, share: 0.05 };
    const servers = serversFor(0.1, 300, aim);
    const late = (count: number) => waits(count, 30) * Math.exp((-(count - 30) * aim.within) / 300);
    expect(late(servers)).toBeLessThan(aim.share);
    expect(late(servers - 1)).toBeGreaterThanOrEqual(aim.share);
  });

  it('makes times with the mean that was asked for', () => {
    const random = seeded(11);
    const time = logNormal(300, 1);
    expect(mean(Array.from({ length: 200_000 }, () => time(random))) / 300).toBeCloseTo(1, 1);
  });
});

describe('the plan', () => {
  const costs: Costs = {
    ...{ requestMs: 0.2, rawBytes: 300, parquetBytes: 50, foldUs: 16, checkMs: 5 },
    ...{ jobUs: 270, redisUs: 130 },
  };
  const load: Load = {
    ...{ models: 100, predictionsPerSecond: 1000, trainingsPerDay: 500, peak: 2, days: 30 },
    ...{ trainingSeconds: 300, trainingSpread: 1, monitors: 3, modelMegabytes: 20 },
  };
  const limits: Limits = {
    ...{ registryWrites: 5000, sharedMegabytes: 500, busy: 0.6 },
    ...{ gatewayCores: 4, gatewayGigabytes: 16 },
  };
  const prices = {
    ...{ coreHour: 0.04, gigabyteMonthOfMemory: 3 },
    ...{ gigabyteMonthOfObjects: 0.02 },
  };
  const of = (more: Partial<Load>) => planFor({ ...load, ...more }, costs, limits, prices);
  const timesOf = (more: Partial<Load>, name: string) =>
    of(more).parts.find(({ part }) => part === name)?.times ?? Number.NaN;

  it('is arithmetic that a reader can repeat', () => {
    const plan = of({ predictionsPerSecond: 30_000 });
    expect(plan.gateways).toBe(5); // 60,000 × 0.2 ms = 12 cores, of 2.4 each
    expect(plan.monitors).toBe(2); // 60,000 × 16 µs = 0.96 cores, of 0.6 each
    expect(plan.rawMegabytesPerSecond).toBeCloseTo(18);
    expect(plan.logTerabytes).toBeCloseTo((30_000 * 86_400 * 30 * 50) / 1e12);
  });

  it('never needs less for more', () => {
    const sizes = fc.record({
      models: fc.integer({ min: 1, max: 5000 }),
      predictionsPerSecond: fc.integer({ min: 1, max: 300_000 }),
      trainingsPerDay: fc.integer({ min: 1, max: 20_000 }),
    });
    fc.assert(
      fc.property(sizes, (size) => {
        for (const { part } of of(size).parts)
          expect(
            timesOf({ ...size, predictionsPerSecond: 2 * size.predictionsPerSecond }, part),
          ).toBeGreaterThanOrEqual(timesOf(size, part));
      }),
      { numRuns: 30 },
    );
  });

  it('puts tables where the page has a place for them, and nowhere else', () => {
    expect(intoPage('a <!-- x -->old<!-- /x --> b', 'x', 'new')).toBe(
      'a <!-- x -->\nnew\n<!-- /x --> b',
    );
    expect(() => intoPage('a', 'x', 'new')).toThrow(/no place/);
    const page = readFileSync('docs/scale.md', 'utf8');
    for (const name of ['costs', 'parts', 'sizes', 'trainings', 'cost'])
      expect(page).toMatch(new RegExp(`<!-- ${name} -->\n\\|[\\s\\S]*\n<!-- /${name} -->`));
  });
});
