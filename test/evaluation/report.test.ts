import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupsOf } from '../../src/core/column-groups.ts';
import type { Columns } from '../../src/core/ports/programs.ts';
import type { Task } from '../../src/core/task.ts';
import { decide } from '../../src/evaluation/report/decision.ts';
import { reportOn } from '../../src/evaluation/report/index.ts';
import { binary } from '../../src/tasks/binary/index.ts';
import { multiclass } from '../../src/tasks/multiclass/index.ts';
import { regression } from '../../src/tasks/regression/index.ts';
import { tries } from '../sweep.ts';

/** Numbers from 0 to 1, the same for the same seed (Park and Miller). */
function random(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}

const CARRIERS = ['AA', 'DL', 'UA'];
const FEATURES = { carrier: 'category', distance: 'number' } as const;

interface Made {
  rows: Columns;
  answers: number[];
}

/** Calibrated scores, except for carrier UA, where a share `broken` of the labels is random. */
function yesOrNo(rows: number, seed: number, broken = 0): Made {
  const next = random(seed);
  const made = Array.from({ length: rows }, (_, row) => {
    const carrier = CARRIERS[row % 3] ?? '';
    const score = 0.05 + 0.4 * next();
    const isBroken = carrier === 'UA' && next() < broken;
    return { carrier, distance: next() * 1000, score, label: next() < (isBroken ? 0.5 : score) };
  });
  return {
    rows: {
      labels: Float64Array.from(made, ({ label }) => Number(label)),
      features: {
        carrier: made.map(({ carrier }) => carrier),
        distance: made.map(({ distance }) => distance),
      },
    },
    answers: made.map(({ score }) => score),
  };
}

const report = (
  { rows, answers }: Made,
  task: Task = binary,
  more: Partial<Parameters<typeof reportOn>[0]> = {},
) => reportOn({ task, classes: [], features: FEATURES, rows, answers, ...more });

const sliced = (...given: Parameters<typeof report>) =>
  report(...given).slices ?? expect.fail('nothing was sliced');

describe('evaluation/report: slices', () => {
  it('does not exist for a task without a metric that is a mean over rows', () => {
    const ranking = { ...binary, metrics: () => binary.metrics([]).filter(({ loss }) => !loss) };
    const found = report(yesOrNo(600, 1), ranking);
    expect(found.slices).toBeUndefined();
    expect(found.calibration).toBeDefined();
  });

  it('names the slice that is worse, with how much worse, and no other', () => {
    const slices = sliced(yesOrNo(6000, 7, 0.8));
    expect(slices).toMatchObject({ metric: 'brier', higherIsBetter: false, tested: 7 });
    const [worst, ...others] = slices.found;
    expect(worst).toMatchObject({ column: 'carrier', value: 'UA', rows: 2000, isWeak: true });
    expect(worst?.worse.low).toBeGreaterThan(0.02);
    expect(worst?.worse.by).toBeCloseTo((worst?.inside ?? 0) - (worst?.outside ?? 0), 12);
    expect(others.filter(({ isWeak }) => isWeak)).toEqual([]);
  });

  it('names none in at least 95% of evaluations without a weak slice', () => {
    const runs = 200;
    let wrong = 0;
    for (let seed = 0; seed < runs; seed += 1) {
      const slices = sliced(yesOrNo(600, 100 + seed));
      if (slices.found.some(({ isWeak }) => isWeak)) wrong += 1;
    }
    // Half of 5% are expected, since only worse slices are named; 14 of 200 has a probability of 0.1%.
    expect(wrong).toBeLessThan(14);
  });

  it('compares as Welch does where rows are independent', () => {
    const { rows, answers } = yesOrNo(900, 3, 0.5);
    const slices = sliced({ rows, answers });
    const losses = (inside: boolean) =>
      answers
        .map((score, row) => (score - (rows.labels[row] ?? 0)) ** 2)
        .filter((_, row) => (row % 3 === 2) === inside);
    const moments = (values: number[]) => {
      const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
      const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      return { mean, error2: squares / (values.length - 1) / values.length };
    };
    const [inside, outside] = [moments(losses(true)), moments(losses(false))];
    const ua = slices.found.find(({ value }) => value === 'UA');
    expect(ua?.worse.by).toBeCloseTo(inside.mean - outside.mean, 12);
    const half = ((ua?.worse.high ?? 0) - (ua?.worse.low ?? 0)) / 2;
    const welch = 1.959964 * Math.sqrt(inside.error2 + outside.error2);
    expect(half / welch).toBeGreaterThan(0.99);
    expect(half / welch).toBeLessThan(1.01);
  });

  it('is less sure where rows of one entity say the same', () => {
    const made = yesOrNo(3000, 5, 0.6);
    const width = (entities?: string[]) => {
      const slices = sliced({ ...made, rows: { ...made.rows, ...(entities && { entities }) } });
      const ua = slices.found.find(({ value }) => value === 'UA');
      return (ua?.worse.high ?? 0) - (ua?.worse.low ?? 0);
    };
    const alone = width();
    // With one row per entity, nothing changes.
    expect(width(made.answers.map((_, row) => `e${row}`))).toBeCloseTo(alone, 12);
    // Every row six times, as six rows of one entity: no more evidence.
    const six = <T>(values: ArrayLike<T>) =>
      Array.from(values).flatMap((one) => Array.from({ length: 6 }, () => one));
    const slices = sliced({
      answers: six(made.answers),
      rows: {
        labels: Float64Array.from(six(made.rows.labels)),
        features: Object.fromEntries(
          Object.entries(made.rows.features).map(([name, values]) => [name, six(values)]),
        ),
        entities: Array.from({ length: 18_000 }, (_, at) => `e${Math.floor(at / 6)}`),
      },
    });
    const ua = slices.found.find(({ value }) => value === 'UA');
    expect(((ua?.worse.high ?? 0) - (ua?.worse.low ?? 0)) / alone).toBeCloseTo(1, 3);
  });

  it('leaves out slices with too few rows', () => {
    expect(report(yesOrNo(330, 1)).slices).toMatchObject({ tested: 3 });
    expect(report(yesOrNo(90, 1)).slices).toMatchObject({ tested: 0, found: [] });
  });

  it.each([
    [
      'quarters',
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      ['up to 3', '3 to 6', '6 to 9', 'above 9', 'missing'],
    ],
    ['values if they are few', [0, 1, 1, 0], ['0', '1', 'missing']],
    ['one value', [5, 5], ['5', 'missing']],
    ['nulls and NaN apart', [1, null, Number.NaN, 2], ['1', '2', 'missing']],
    ['nothing', [], ['missing']],
  ])('groups numbers by %s', (_, values, names) => {
    const grouped = groupsOf(values, 'number');
    expect(grouped.names).toEqual(names);
    for (const [row, value] of values.entries())
      if (value === null || Number.isNaN(value))
        expect(names[grouped.of[row] ?? -1]).toBe('missing');
  });

  it('puts each number into one group, in order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 1 }), (values) => {
        const { of, names } = groupsOf(values, 'number');
        const sorted = values
          .map((value, row) => ({ value, group: of[row] ?? -1 }))
          .filter(({ value }) => Number.isFinite(value))
          .sort((a, b) => a.value - b.value);
        for (const [at, { group }] of sorted.entries()) {
          expect(group).toBeGreaterThanOrEqual(at === 0 ? 0 : (sorted[at - 1]?.group ?? 0));
          expect(group).toBeLessThan(names.length - 1);
        }
      }),
      tries(200),
    );
  });
});

describe('evaluation/report: calibration', () => {
  it('is near the diagonal for calibrated scores only', () => {
    const good = report(yesOrNo(20_000, 11)).calibration;
    expect(good?.bins).toHaveLength(10);
    expect(good?.bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(20_000);
    expect(good?.error).toBeLessThan(0.02);
    const made = yesOrNo(20_000, 11);
    const off = report({ ...made, answers: made.answers.map((score) => score / 2) }).calibration;
    expect(off?.error).toBeGreaterThan(0.1);
    for (const { actual, predicted } of off?.bins ?? []) expect(actual).toBeGreaterThan(predicted);
  });

  it('has the intervals of Wilson', () => {
    // statsmodels.stats.proportion.proportion_confint(8, 10, method="wilson")
    const { calibration } = report({
      answers: Array(10).fill(0.7),
      rows: { labels: Float64Array.of(1, 1, 1, 1, 1, 1, 1, 1, 0, 0), features: {} },
    });
    expect(calibration?.bins).toHaveLength(1);
    expect(calibration?.bins[0]?.low).toBeCloseTo(0.49016247153664183, 9);
    expect(calibration?.bins[0]?.high).toBeCloseTo(0.9433178485456247, 9);
  });

  it('does not exist for scores that are not probabilities', () => {
    const { rows } = yesOrNo(3, 1);
    expect(report({ rows, answers: [2, -1, 0.5] }).calibration).toBeUndefined();
  });
});

describe('evaluation/report: the threshold for a cost', () => {
  it('is fp / (fp + fn), and the best one costs no more than any other', () => {
    const row = fc.record({
      label: fc.constantFrom(0, 1),
      score: fc.constantFrom(0, 0.2, 0.5, 0.7, 1),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1 }),
        fc.nat(9),
        fc.integer({ min: 1, max: 9 }),
        (made, fp, fn) => {
          const labels = made.map(({ label }) => label);
          const scores = made.map(({ score }) => score);
          const { implied, best, usual } = decide(labels, scores, { fp, fn }, 0.5);
          expect(implied.at).toBeCloseTo(fp / (fp + fn), 12);
          const costs = [0, 0.2, 0.5, 0.7, 1, 1.01].map(
            (at) => decide(labels, scores, { fp, fn }, at).usual.cost,
          );
          expect(best.cost).toBeCloseTo(Math.min(...costs), 9);
          for (const other of [implied, usual])
            expect(best.cost).toBeLessThanOrEqual(other.cost + 1e-9);
        },
      ),
      tries(200),
    );
  });

  it('counts both errors', () => {
    const { decision } = report(
      {
        answers: [0.9, 0.6, 0.3, 0.1],
        rows: { labels: Float64Array.of(1, 0, 1, 0), features: {} },
      },
      binary,
      { cost: { fp: 1, fn: 4 } },
    );
    expect(decision?.implied).toEqual({
      at: 0.2,
      cost: 0.25,
      falsePositives: 1,
      falseNegatives: 0,
    });
    expect(decision?.usual).toEqual({ at: 0.5, cost: 1.25, falsePositives: 1, falseNegatives: 1 });
    expect(report(yesOrNo(10, 1)).decision).toBeUndefined();
  });
});

describe('evaluation/report: errors', () => {
  it('counts predicted classes for each true class', () => {
    const { confusion } = report({
      answers: [0.9, 0.6, 0.3, 0.1],
      rows: { labels: Float64Array.of(1, 0, 1, 0), features: {} },
    });
    expect(confusion).toEqual({
      classes: ['no', 'yes'],
      counts: [
        [1, 1],
        [1, 1],
      ],
    });
    const of = { labels: Float64Array.of(0, 1, 2, 2), features: {} };
    const answers = [0.8, 0.1, 0.1, 0.7, 0.2, 0.1, 0, 0, 1, 0, 0.9, 0.1];
    const many = report({ rows: of, answers }, multiclass, { classes: ['a', 'b', 'c'] });
    expect(many.confusion?.counts).toEqual([
      [1, 0, 0],
      [1, 0, 0],
      [0, 1, 1],
    ]);
    expect(many.calibration?.bins.reduce((sum, { rows }) => sum + rows, 0)).toBe(4);
    expect(many.residuals).toBeUndefined();
  });

  it('has the quantiles of residuals', () => {
    const labels = Float64Array.from({ length: 101 }, (_, row) => row);
    const made = { rows: { labels, features: {} }, answers: Array<number>(101).fill(0) };
    const { residuals, calibration, confusion, slices } = report(made, regression);
    expect(residuals).toEqual({ p5: 5, p25: 25, p50: 50, p75: 75, p95: 95 });
    expect(calibration).toMatchObject({ of: 'value', error: 50 });
    expect(confusion).toBeUndefined();
    expect(slices?.metric).toBe('mae');
  });
});
