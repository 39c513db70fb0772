import { expect, it } from 'vitest';
import { causesFact, causesTable, causesText } from '../../src/cards/causes.ts';
import type { Causes } from '../../src/core/causes.ts';

const CAUSES: Causes = {
  ...{ by: 'effect', rows: 4200 },
  metric: { words: 'Brier score', higherIsBetter: false, evaluated: 0.14, now: 0.17 },
  columns: [
    {
      ...{ name: 'distance', psi: 0.42, moved: true, effect: 0.021, error: 0.003 },
      most: { label: '> 1250', before: 0.1, now: 0.31 },
    },
    { name: 'origin', psi: 0.13, moved: true, effect: 0.001, error: 0.002 },
    { name: 'hour', psi: 0.01, moved: false, effect: 0.001, error: 0.0004 },
  ],
  slices: [{ column: 'distance', value: '> 1250', rows: 1302, metric: 0.24, p: 0.001 }],
};

it('names in one line what moved and did harm beyond chance', () => {
  expect(causesFact(CAUSES)).toBe('distance +0.021 of +0.030 in Brier score');
  expect(causesText(CAUSES)).toContain('(0.140 to 0.170, on 4,200 labelled rows)');
  expect(causesTable(CAUSES).rows[0]).toEqual([
    ...['distance', '+0.021', '0.006', '0.420', '> 1250: 10% to 31% of rows'],
  ]);
  expect(causesTable(CAUSES).rows[2]?.[3]).toBe('0.010, not moved');
});

it('turns a metric of which more is better, so that a plus is worse', () => {
  const metric = { words: 'Accuracy', higherIsBetter: true, evaluated: 0.9, now: 0.85 };
  expect(causesFact({ ...CAUSES, metric })).toMatch(/of \+0\.050 in Accuracy$/);
});

it('says that nothing that moved does harm for certain, or that nothing moved', () => {
  const [, origin, hour] = CAUSES.columns;
  expect(causesFact({ ...CAUSES, slices: [], columns: origin ? [origin] : [] })).toBe(
    'origin moved, with no certain effect on Brier score',
  );
  expect(causesFact({ ...CAUSES, slices: [], columns: hour ? [hour] : [] })).toBe(
    'no column moved; Brier score changed by +0.030',
  );
});

it('says that without labels it ranks by the size of a move only', () => {
  const { metric: _, slices: __, ...rest } = CAUSES;
  const drift: Causes = { ...rest, by: 'drift' };
  expect(causesFact(drift)).toContain('moved most: distance (PSI 0.42), origin (PSI 0.13)');
  expect(causesText(drift)).toContain('too few labels yet to say which of them does harm');
  expect(causesTable(drift).columns).toEqual(['Column', 'PSI', 'Moved']);
});
