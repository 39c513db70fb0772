import { describe, expect, it } from 'vitest';
import { createRandom } from '../../bench/alarms/random.ts';
import { groupsOf } from '../../src/core/column-groups.ts';
import { compareSlices } from '../../src/core/compare-slices.ts';
import { groupRows } from '../../src/evaluation/rows.ts';
import { slicesOf } from '../../src/monitoring/slices.ts';

const random = createRandom(2);
const rows = 3000;
const carriers = Array.from({ length: rows }, (_, row) => ['AA', 'DL', 'UA'][row % 3] ?? '');
const distances = Array.from({ length: rows }, () => String(Math.floor(random.uniform() * 1000)));
const losses = Float64Array.from({ length: rows }, (_, row) => {
  const worse = (carriers[row] === 'UA' ? 0.15 : 0) + (Number(distances[row]) > 800 ? 0.1 : 0);
  return random.uniform() * 0.5 + worse;
});

describe('slices of a window', () => {
  it('are compared as those of an evaluation, numbers by quarters', () => {
    const found = slicesOf(
      losses,
      { carrier: carriers, distance: distances },
      { carrier: 'category', distance: 'number' },
      100,
    );
    expect(found[0]).toMatchObject({ column: 'carrier', value: 'UA', rows: 1000 });
    expect(found[1]).toMatchObject({
      column: 'distance',
      value: expect.stringMatching(/^above 7/),
    });
    expect(found.map(({ column }) => column)).toEqual([
      ...['carrier', 'distance'],
      ...Array(found.length - 2).fill(expect.any(String)),
    ]);
    expect(found.filter(({ p }) => p <= 0.05)).toHaveLength(2);
    // Better than the other slices is not worth an alarm.
    expect(found.find(({ value }) => value === 'AA')?.p).toBe(1);
  });

  it('are the same by sums as by groups of one row each', () => {
    const columns = { carrier: groupsOf(carriers, 'category') };
    const fewest = { rows: 100, groups: 30 };
    const bySums = compareSlices(losses, columns, fewest);
    const byGroups = compareSlices(losses, columns, fewest, groupRows(rows, undefined));
    for (const [at, slice] of bySums.entries()) {
      expect(slice.error).toBeCloseTo(byGroups[at]?.error ?? Number.NaN, 12);
      expect(slice.p).toBeCloseTo(byGroups[at]?.p ?? Number.NaN, 9);
    }
    expect(bySums).toHaveLength(3);
  });

  it('are none with too few rows, and nulls are one of their own', () => {
    expect(slicesOf(losses, { carrier: carriers }, {}, 1001)).toEqual([]);
    const some = carriers.map((carrier) => (carrier === 'AA' ? null : carrier));
    const found = slicesOf(losses, { carrier: some }, { carrier: 'category' }, 100);
    expect(found.map(({ value }) => value).toSorted()).toEqual(['DL', 'UA', 'missing']);
    expect(slicesOf(new Float64Array(0), { carrier: [] }, {}, 1)).toEqual([]);
  });
});
