import { describe, expect, it } from 'vitest';
import type { RetrainPolicy, RetrainTrigger } from '../../src/core/retrain-policy.ts';
import { type RetrainHistory, replayPolicy } from '../../src/retraining/replay.ts';

const HOUR = 3_600_000;
const day = (n: number, hours = 0) => new Date(Date.UTC(2001, 3, n, hours));
const RULES = { coolDownMs: 24 * HOUR, minGain: 0, result: 'propose' } as const;
const DATA: RetrainTrigger = { on: 'data', rows: 1000, ...RULES };
const policyOf = (
  budget: RetrainPolicy['budget'],
  ...triggers: RetrainTrigger[]
): RetrainPolicy => ({ owner: 'dev', to: 'production', budget, triggers });

/** A version on 1 April, and 600 rows every day from the 2nd on. */
const HISTORY: RetrainHistory = {
  versions: [{ version: 1, requestedAt: day(1), window: { from: day(-30), to: day(-14) } }],
  arrivals: Array.from({ length: 12 }, (_, at) => ({
    ...{ id: `arrival-${at}`, rows: 600, at: day(at + 2), newest: day(at + 1), drifted: false },
  })),
  ...{ alerts: [], probes: [], minutes: 20, end: day(30) },
  windowTo: (newest = day(0)) => ({ from: new Date(0), to: newest }),
};
const when = (history: Partial<RetrainHistory>, policy: RetrainPolicy) =>
  replayPolicy({ ...HISTORY, ...history }, policy).map(
    ({ at, trigger }) => `${at.toISOString().slice(0, 16)} ${trigger.on} v${trigger.since}`,
  );

describe('replaying a retraining policy', () => {
  it('trains whenever its threshold was met, and counts from there', () => {
    expect(when({}, policyOf({ trainings: 9 }, DATA))).toEqual([
      ...['2001-04-03T00:00 data v1', '2001-04-05T00:00 data v2', '2001-04-07T00:00 data v3'],
      ...['2001-04-09T00:00 data v4', '2001-04-11T00:00 data v5', '2001-04-13T00:00 data v6'],
    ]);
  });

  it('keeps the budget, in trainings and in minutes, and goes on when some is free', () => {
    const spare = [
      ...['2001-04-03T00:00 data v1', '2001-04-05T00:00 data v2'],
      ...['2001-04-10T00:00 data v3', '2001-04-12T00:00 data v4'],
    ];
    expect(when({}, policyOf({ trainings: 2 }, DATA))).toEqual(spare);
    expect(when({}, policyOf({ trainings: 9, minutes: 50 }, DATA))).toEqual(spare);
  });

  it('waits for its cool-down, and trains when it ends', () => {
    const slow = { ...DATA, coolDownMs: 60 * HOUR };
    expect(when({}, policyOf({ trainings: 9 }, slow)).slice(0, 3)).toEqual([
      ...['2001-04-03T00:00 data v1', '2001-04-05T12:00 data v2', '2001-04-08T00:00 data v3'],
    ]);
  });

  it('is due at its times, and trains for an alert while it is open, once', () => {
    const alerts = [
      { id: 'alert-a', kind: 'performance', at: day(4, 6), until: day(9) },
      { id: 'alert-b', kind: 'performance', at: day(4, 7), until: day(4, 8) },
    ] as const;
    const policy = policyOf(
      { trainings: 9 },
      { on: 'performance', ...RULES },
      { on: 'schedule', cron: '0 3 * * 1', ...RULES },
    );
    expect(when({ alerts, end: day(17) }, policy)).toEqual([
      ...['2001-04-02T03:00 schedule v1', '2001-04-04T06:00 performance v2'],
      ...['2001-04-09T03:00 schedule v3', '2001-04-16T03:00 schedule v4'],
    ]);
  });

  it('trains no first version', () => {
    expect(when({ versions: [] }, policyOf({ trainings: 9 }, DATA))).toEqual([]);
  });
});
