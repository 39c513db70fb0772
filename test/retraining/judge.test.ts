import { describe, expect, it } from 'vitest';
import { policyCard } from '../../src/cards/retraining.ts';
import { rulingInWords, startedBy } from '../../src/cards/retraining-words.ts';
import type { RetrainPolicy, RetrainTrigger } from '../../src/core/retrain-policy.ts';
import type { Retraining } from '../../src/core/retraining.ts';
import type { RetrainFacts } from '../../src/retraining/facts.ts';
import { judgeRetraining } from '../../src/retraining/judge.ts';

const HOUR = 3_600_000;
const NOW = new Date('2001-06-06T12:00:00Z');
const hours = (count: number): Date => new Date(NOW.getTime() + count * HOUR);
const windowTo = (to: string) => ({ from: new Date('2001-01-01'), to: new Date(to) });

const RULES = { coolDownMs: 24 * HOUR, minGain: 0, result: 'propose' } as const;
const DATA: RetrainTrigger = { on: 'data', rows: 10_000, ...RULES };
const policyOf = (...triggers: RetrainTrigger[]): RetrainPolicy => ({
  ...{ owner: 'dev', triggers, to: 'production' },
  budget: { trainings: 3, minutes: 100 },
});
const FACTS: RetrainFacts = {
  newest: { version: 3, requestedAt: hours(-1000), window: windowTo('2001-05-01') },
  arrivals: [
    { id: 'arrival-a', rows: 8000, newest: new Date('2001-05-20'), drifted: false },
    { id: 'arrival-b', rows: 4400, newest: new Date('2001-05-31'), drifted: false },
  ],
  ...{ alerts: [], probes: [], trainings: [], expectedMinutes: 10 },
  window: windowTo('2001-05-17'),
};
const done = (at: Date, change: Partial<Retraining> = {}): Retraining => {
  const ruling = judgeRetraining(FACTS, policyOf(DATA), NOW);
  if (!ruling.train) throw new Error('it should train');
  const trigger = { ...ruling.trigger, key: at.toISOString() };
  const outcome = { kind: 'nothing', version: 3 } as const;
  return { run: `run-${at.getTime()}`, at, trigger, window: FACTS.window, outcome, ...change };
};
const withoutOutcome = ({ outcome: _, ...open }: Retraining): Retraining => open;
const judged = (facts: Partial<RetrainFacts>, ...triggers: RetrainTrigger[]) =>
  judgeRetraining({ ...FACTS, ...facts }, policyOf(...triggers), NOW);

describe('judging a retraining', () => {
  it('trains at its threshold, and records every figure', () => {
    const ruling = judged({}, DATA);
    expect(ruling).toEqual({
      triggers: [
        {
          ...{ on: 'data', status: 'met', figure: 12_400, threshold: 10_000, unit: 'rows' },
          key: 'v3 arrival-b',
        },
      ],
      train: true,
      trigger: {
        ...{ on: 'data', key: 'v3 arrival-b', since: 3, figure: 12_400, threshold: 10_000 },
        ...{ unit: 'rows', minGain: 0, result: 'propose' },
        spent: { trainings: 0, minutes: 0 },
        budget: { trainings: 3, minutes: 100 },
      },
    });
    if (ruling.train)
      expect(startedBy(ruling.trigger)).toBe(
        'the policy: 12,400 new rows since v3 (threshold 10,000)',
      );
  });

  it.each<[string, Partial<RetrainFacts>, RetrainTrigger, RegExp]>([
    [
      'days',
      {},
      { on: 'data', days: 30, ...RULES },
      /data of 30 days after .* v3 \(threshold 30\)/,
    ],
    ['rows or days', {}, { on: 'data', rows: 99_999, days: 30, ...RULES }, /data of 30 days/],
    ['drift', { alerts: [{ id: 'alert-d', kind: 'drift' }] }, { on: 'drift', ...RULES }, /alert-d/],
    [
      'drift of an arrival',
      { arrivals: [{ id: 'arrival-d', rows: 1, drifted: true }] },
      { on: 'drift', ...RULES },
      /arrival-d/,
    ],
    [
      'performance',
      { alerts: [{ id: 'alert-p', kind: 'performance' }] },
      { on: 'performance', ...RULES },
      /loss of performance .*alert-p/,
    ],
    [
      'a probe',
      { probes: [{ id: 'run-p', better: true }] },
      { on: 'probe', ...RULES },
      /did better than v3 \(run-p\)/,
    ],
    [
      'a schedule',
      {},
      { on: 'schedule', cron: '0 12 * * *', ...RULES },
      /its schedule, due 6 Jun 2001 12:00 UTC/,
    ],
  ])('trains for %s', (_, facts, trigger, words) => {
    const ruling = judged(facts, trigger);
    expect(ruling.train && startedBy(ruling.trigger)).toMatch(words);
  });

  it.each<[string, Partial<RetrainFacts>, RetrainTrigger, RegExp]>([
    ['before the first version', { newest: undefined }, DATA, /no version yet/],
    ['below the threshold', { arrivals: FACTS.arrivals.slice(0, 1) }, DATA, /no trigger is met/],
    ['during a training', { running: 'run-1' }, DATA, /run-1 is in progress/],
    [
      'until its own training has an outcome',
      { trainings: [withoutOutcome(done(hours(-100)))] },
      DATA,
      /in progress/,
    ],
    [
      'while it cools down',
      { trainings: [done(hours(-23))] },
      DATA,
      /cooling down.* Until 6 Jun 2001 13:00 UTC/,
    ],
    ['on hold', { held: 'production is frozen: audit' }, DATA, /production is frozen: audit/],
    [
      'when all trainings are spent',
      { trainings: [hours(-160), hours(-100), hours(-50)].map((at) => done(at)) },
      DATA,
      /budget of trainings.* Until 6 Jun 2001 20:00 UTC/,
    ],
    [
      'when the minutes left are too few',
      { trainings: [done(hours(-100), { minutes: 91 })] },
      DATA,
      /budget of minutes.* Until 9 Jun 2001 08:00 UTC/,
    ],
    [
      'on the same data',
      { arrivals: [], window: windowTo('2001-05-01') },
      { on: 'schedule', cron: '0 * * * *', ...RULES },
      /no other data than v3/,
    ],
    [
      'until its schedule is due',
      { newest: { version: 3, requestedAt: hours(-1), window: windowTo('2001-05-01') } },
      { on: 'schedule', cron: '0 3 * * *', ...RULES },
      /no trigger is met\. Until 7 Jun 2001 03:00 UTC/,
    ],
    [
      'for what a probe could not better',
      { probes: [{ id: 'run-p', better: false }] },
      { on: 'probe', ...RULES },
      /no trigger/,
    ],
  ])('waits %s', (_, facts, trigger, words) => {
    const ruling = judged(facts, trigger);
    expect(ruling.train).toBe(false);
    expect(rulingInWords(ruling)).toMatch(words);
  });

  it('spends nothing on trainings of more than a week ago', () => {
    const trainings = [hours(-169), hours(-168), hours(-100)].map((at) =>
      done(at, { minutes: 60 }),
    );
    expect(judged({ trainings }, DATA)).toMatchObject({
      train: true,
      trigger: { spent: { trainings: 1, minutes: 60 } },
    });
  });

  it('does not train twice for the same, but for the next trigger', () => {
    const drift: RetrainTrigger = { on: 'drift', ...RULES };
    const alerts = [{ id: 'alert-d', kind: 'drift' as const }];
    const first = judged({ alerts, arrivals: [] }, drift);
    if (!first.train) throw new Error('it should train');
    const trainings = [done(hours(-30), { trigger: first.trigger })];
    expect(judged({ alerts, arrivals: [], trainings }, drift)).toMatchObject({
      train: false,
      triggers: [{ status: 'tried' }],
    });
    expect(judged({ alerts, trainings }, drift, DATA)).toMatchObject({
      train: true,
      trigger: { on: 'data' },
    });
  });

  it('is shown with what it would do and why', () => {
    const trainings = [done(hours(-30), { minutes: 12 })];
    const policy = policyOf(DATA, { on: 'schedule', cron: '0 3 * * 1', ...RULES });
    const ruling = judgeRetraining({ ...FACTS, trainings }, policy, NOW);
    const spent = { trainings: 1, minutes: 12 };
    const card = policyCard('flights', { policy, ruling, since: 3, trainings, spent });
    expect(card.text).toBe('It would train now: 12,400 new rows since v3 (threshold 10,000).');
    expect(card.table?.rows).toEqual([
      [
        ...['data', '12,400 new rows since v3 (threshold 10,000)', 'met'],
        ...['24 h 0 min', '0', 'propose'],
      ],
      ['schedule', 'next 11 Jun 2001 03:00 UTC', 'not met', '24 h 0 min', '0', 'propose'],
    ]);
    expect(card.facts).toContainEqual({
      label: 'Spent in seven days',
      value: '1 of 3 trainings, 12 of 100 minutes',
    });
  });
});
