import { describe, expect, it } from 'vitest';
import { normalTwoSided, Z_95, zOf } from '../../src/core/distributions.ts';
import { compareAnswers } from '../../src/evaluation/compare.ts';
import { compareSeveral } from '../../src/evaluation/compare-several.ts';
import { seededRandom } from '../../src/evaluation/random.ts';
import { binary } from '../../src/tasks/binary/index.ts';

/** Rows, and equally good models: the same signal, each with its own noise. */
function rowsFor(random: () => number, models: number, rows = 150) {
  const truth = Array.from({ length: rows }, random);
  const labels = truth.map((one) => Number(random() < one));
  const answer = (skill = 0.5) =>
    Float64Array.from(truth, (one) => skill * one + (1 - skill) * random());
  return {
    labels,
    champion: answer(),
    challengers: Array.from({ length: models }, () => answer()),
    answer,
  };
}
const common = { classes: [], resamples: 100 };

describe('evaluation/compare-several', () => {
  it('judges one challenger as a comparison of two does', () => {
    const {
      challengers: [challenger = new Float64Array()],
      ...pair
    } = rowsFor(seededRandom(1), 1);
    expect(compareSeveral(binary, { ...common, ...pair, challengers: [challenger] })).toEqual([
      compareAnswers(binary, { ...common, ...pair, challenger }),
    ]);
  });

  it('calls one of five equals better in at most 5% of cases, where comparisons of two do in more', () => {
    const random = seededRandom(11);
    let [together, apart] = [0, 0];
    const repetitions = 150;
    for (let at = 0; at < repetitions; at += 1) {
      const { challengers, ...pair } = rowsFor(random, 5);
      const input = { ...common, ...pair, resamples: 2 };
      if (
        compareSeveral(binary, { ...input, challengers }).some(
          ({ verdict }) => verdict === 'better',
        )
      )
        together += 1;
      if (
        challengers.some(
          (challenger) => compareAnswers(binary, { ...input, challenger }).verdict === 'better',
        )
      )
        apart += 1;
    }
    // Two-sided, so half of the 5% are improvements; five challengers share one champion.
    expect(together / repetitions).toBeLessThanOrEqual(0.05);
    expect(apart).toBeGreaterThan(together);
    expect(apart / repetitions).toBeGreaterThan(0.04);
  });

  it('still finds one that is better, with wider intervals and larger p than alone', () => {
    const { challengers, answer, ...pair } = rowsFor(seededRandom(3), 4, 2000);
    const good = answer(0.9);
    const all = compareSeveral(binary, { ...common, ...pair, challengers: [...challengers, good] });
    expect(all.map(({ verdict }) => verdict === 'better')).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
    const alone = compareAnswers(binary, { ...common, ...pair, challenger: good });
    for (const [place, metric] of (all[4]?.metrics ?? []).entries()) {
      const other = alone.metrics[place];
      expect(metric.delta).toBe(other?.delta);
      expect(metric.p).toBe(other?.p);
      expect(metric.low, metric.name).toBeLessThanOrEqual(other?.low ?? Number.NaN);
      expect(metric.high, metric.name).toBeGreaterThanOrEqual(other?.high ?? Number.NaN);
      expect(metric.adjustedP).toBeGreaterThanOrEqual(other?.adjustedP ?? Number.NaN);
    }
    const [auc, own] = [all[4]?.metrics[0], alone.metrics[0]];
    const width = (one: typeof auc) => (one?.high ?? 0) - (one?.low ?? 0);
    expect(width(auc) / width(own)).toBeCloseTo(zOf(0.01) / Z_95, 9);
  });

  it('knows the quantiles of the normal distribution', () => {
    expect(zOf(0.05)).toBe(Z_95);
    expect(zOf(0.01)).toBeCloseTo(2.5758293035489, 12);
    for (const alpha of [1e-9, 0.001, 0.3, 1])
      expect(normalTwoSided(zOf(alpha))).toBeCloseTo(alpha, 12);
  });
});
