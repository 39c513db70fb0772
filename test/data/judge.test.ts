import { describe, expect, it } from 'vitest';
import type { ArrivalFacts } from '../../src/core/ports/arrivals.ts';
import { judgeArrival } from '../../src/data/judge.ts';

const RULES = { minRows: 10, volumeRatio: 4, maxNulls: 0.5, maxPsi: 2 };
const COLUMNS = [
  { name: 'distance', type: 'DOUBLE' },
  { name: 'carrier', type: 'VARCHAR' },
];
const FACTS: ArrivalFacts = {
  rows: 1000,
  columns: COLUMNS,
  nulls: [{ column: 'distance', rows: 20 }],
  unreadable: [],
};
const BEFORE = { rows: 1000, columns: COLUMNS };
const NOW = new Date('2001-03-01');

function judged(
  facts: Partial<ArrivalFacts>,
  { rules = {}, earlier = [BEFORE, BEFORE, BEFORE] }: { rules?: object; earlier?: object[] } = {},
) {
  const { checks, isBad } = judgeArrival(
    { ...FACTS, ...facts },
    {
      rules: { ...RULES, ...rules },
      features: { distance: 'number', carrier: 'category' },
      label: 'late',
      earlier: earlier.map((one) => ({ ...BEFORE, ...one })),
      now: NOW,
    },
  );
  const problems = checks.flatMap((check) =>
    check.problems.map(({ kind }) => `${check.name} ${check.status}: ${kind}`),
  );
  return {
    isBad,
    problems,
    checks: Object.fromEntries(checks.map((one) => [one.name, one.status])),
  };
}

describe('judging an arrival', () => {
  it('accepts what is like before', () => {
    expect(judged({})).toEqual({
      isBad: false,
      problems: [],
      checks: {
        ...{ schema: 'ok', volume: 'ok', nulls: 'ok', labels: 'not applied' },
        ...{ freshness: 'not applied', drift: 'not applied' },
      },
    });
  });

  it.each<[string, Partial<ArrivalFacts>, object, string]>([
    ['a missing column', { columns: COLUMNS.slice(1) }, {}, 'schema bad: missing column'],
    [
      'a changed type',
      { columns: [{ name: 'distance', type: 'VARCHAR' }, ...COLUMNS.slice(1)] },
      {},
      'schema bad: type',
    ],
    [
      'a text among numbers',
      { unreadable: [{ column: 'distance', rows: 3, example: '12 km' }] },
      {},
      'schema bad: no number',
    ],
    ['too few rows', { rows: 9, nulls: [] }, {}, 'volume bad: few rows'],
    ['far fewer rows than usual', { rows: 249 }, {}, 'volume bad: volume'],
    ['far more rows than usual', { rows: 4001 }, {}, 'volume bad: volume'],
    ['missing values', { nulls: [{ column: 'distance', rows: 501 }] }, {}, 'nulls bad: nulls'],
    [
      'unknown labels',
      { labels: { column: 'late', rows: 1, example: '2' } },
      {},
      'labels bad: label',
    ],
    [
      'old rows',
      { times: { column: 'time', from: new Date('2000-01-01'), to: new Date('2001-02-01') } },
      { maxAgeDays: 7 },
      'freshness bad: old',
    ],
    [
      'rows from the future',
      { times: { column: 'time', from: new Date('2001-02-01'), to: new Date('2001-04-01') } },
      {},
      'freshness bad: future',
    ],
    ['no time where there must be one', {}, { time: 'when' }, 'freshness bad: no time'],
    [
      'values that hardly overlap',
      { drift: { version: 3, columns: [{ column: 'distance', psi: 2.1, drifted: true }] } },
      {},
      'drift bad: drift',
    ],
  ])('puts %s in quarantine', (_, facts, rules, problem) => {
    expect(judged(facts, { rules })).toMatchObject({ isBad: true, problems: [problem] });
  });

  it('notes drift and new columns, which are no reason to leave data out', () => {
    const drift = { version: 3, columns: [{ column: 'distance', psi: 0.3, drifted: true }] };
    const columns = [...COLUMNS, { name: 'gate', type: 'VARCHAR' }];
    expect(judged({ drift, columns })).toMatchObject({
      isBad: false,
      problems: ['schema note: new column', 'drift note: drift'],
    });
  });

  it('takes late data, and whole numbers where there were fractions', () => {
    const times = { column: 'time', from: new Date('1999-01-01'), to: new Date('1999-02-01') };
    const columns = [{ name: 'distance', type: 'BIGINT' }, ...COLUMNS.slice(1)];
    expect(judged({ times, columns })).toMatchObject({ isBad: false, problems: [] });
  });

  it('holds the first arrival to the declared features, if it has any of them', () => {
    const raw = [{ name: 'anything', type: 'BIGINT' }];
    expect(judged({ columns: raw }, { earlier: [] })).toMatchObject({ isBad: false });
    expect(judged({ columns: COLUMNS.slice(1) }, { earlier: [] })).toMatchObject({
      problems: ['schema bad: missing column'],
      checks: { volume: 'not applied' },
    });
  });
});
