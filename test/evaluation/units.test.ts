import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/evaluation/random.ts';
import { groupRows } from '../../src/evaluation/rows.ts';
import { drawnUnits } from '../../src/evaluation/units.ts';

/** Variance of a total when units are drawn: n × the variance of the units' totals. */
function variance(values: readonly number[], { of, count }: { of: Int32Array; count: number }) {
  const sums = new Float64Array(count);
  for (const [row, value] of values.entries())
    sums[of[row] ?? 0] = (sums[of[row] ?? 0] ?? 0) + value;
  const mean = sums.reduce((sum, one) => sum + one, 0) / count;
  return sums.reduce((sum, one) => sum + (one - mean) ** 2, 0);
}

describe('evaluation/units', () => {
  it('draws up to 20,000 units one by one', () => {
    const groups = groupRows(20_000, undefined);
    expect(drawnUnits(groups, 1).of).toBe(groups.of);
  });

  it('draws blocks of equal size from there on, which keep whole groups and the variance of a total', () => {
    const random = seededRandom(7);
    const rows = 75_000;
    const entities = Array.from({ length: rows }, (_, row) => row % 25_000);
    // Rows of one entity share an offset, and the tail is long.
    const shared = Array.from({ length: 25_000 }, () => -Math.log(1 - random()));
    const values = entities.map((entity) => (shared[entity] ?? 0) + random());
    const groups = groupRows(rows, entities);
    const blocks = drawnUnits(groups, 1);

    const blocksOf = (seed: number) => String(drawnUnits(groups, seed).of.slice(0, 50));
    const sizes = new Int32Array(blocks.count);
    for (const block of blocks.of) sizes[block] = (sizes[block] ?? 0) + 1;
    expect(blocks.count).toBe(4000);
    expect(new Set(sizes)).toEqual(new Set([18, 21]));
    expect(entities.every((entity, row) => blocks.of[row] === blocks.of[entity])).toBe(true);

    // Centred, as a mean is: blocks of different sizes must not appear as a difference.
    const mean = values.reduce((sum, one) => sum + one, 0) / rows;
    const centred = values.map((value) => value - mean);
    expect(variance(centred, blocks) / variance(centred, groups)).toBeCloseTo(1, 1);
    expect(blocksOf(1)).toBe(String(blocks.of.slice(0, 50)));
    expect(blocksOf(2)).not.toBe(blocksOf(1));
  });
});
