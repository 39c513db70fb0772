import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { curveOf } from '../../../src/evaluation/report/curves.ts';
import { decide } from '../../../src/evaluation/report/decision.ts';
import { operatingPoints } from '../../../src/evaluation/report/operating-points.ts';
import { binary } from '../../../src/tasks/binary/index.ts';
import { multiclass } from '../../../src/tasks/multiclass/index.ts';
import { cases, expectClose, number } from '../../reference/reference.ts';

const list = z.array(number);
const fixtures = cases(
  'binary_champion_challenger.json',
  z.object({
    ...{ name: z.string(), y: list, champion: list },
    champion_metrics: z.object({
      ...{ roc_auc: number.nullish(), average_precision: number.nullish() },
    }),
  }),
);

const curve = (labels: ArrayLike<number>, scores: ArrayLike<number>) =>
  curveOf('yes', labels.length, (row) => ({
    ...{ score: scores[row] ?? 0, positive: labels[row] === 1 },
  }))[0];

/** The figures at a threshold, counted row by row. */
function counted(labels: ArrayLike<number>, scores: ArrayLike<number>, threshold: number) {
  let [found, alarms, positives] = [0, 0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    const yes = (scores[row] ?? 0) >= threshold;
    positives += Number(labels[row] === 1);
    found += Number(yes && labels[row] === 1);
    alarms += Number(yes && labels[row] !== 1);
  }
  return {
    ...{ threshold, recall: found / positives },
    ...{ falseAlarms: alarms / (labels.length - positives), precision: found / (found + alarms) },
  };
}

const rows = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.constantFrom(0, 1)), {
    ...{ minLength: 2, maxLength: 40 },
  })
  .filter((pairs) => new Set(pairs.map(([, label]) => label)).size === 2)
  .map((pairs) => ({
    labels: pairs.map(([, label]) => label),
    scores: pairs.map(([score]) => score / 8),
  }));

describe('evaluation/report/curves', () => {
  it('has the average precision of the example in the documentation of scikit-learn', () => {
    const found = curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
    expect(found?.averagePrecision).toBeCloseTo(0.8333333333, 9);
    expect(found?.auc).toBe(0.75);
    expect(found?.points.map(({ precision }) => precision)).toEqual([1, 0.5, 2 / 3, 0.5]);
  });

  it.each(fixtures)(
    'has the areas of scikit-learn on $name',
    ({ y, champion, champion_metrics: areas }) => {
      const found = curve(y, champion);
      // With a single class, neither is defined.
      if (new Set(y).size < 2) return expect(found).toBeUndefined();
      expectClose(found?.auc, areas.roc_auc ?? Number.NaN);
      expectClose(found?.averagePrecision, areas.average_precision ?? Number.NaN);
    },
  );

  it('has points that are what counting gives, and areas that are sums over all thresholds', () => {
    fc.assert(
      fc.property(rows, ({ labels, scores }) => {
        const found = curve(labels, scores);
        if (!found) throw new Error('no curve');
        for (const point of found.points)
          expect(point).toEqual(counted(labels, scores, point.threshold));
        expect(found.points.at(-1)).toMatchObject({ recall: 1, falseAlarms: 1 });
        const thresholds = [...new Set(scores)].sort((a, b) => b - a);
        let [before, area] = [0, 0];
        for (const threshold of thresholds) {
          const { recall, precision } = counted(labels, scores, threshold);
          area += (recall - before) * precision;
          before = recall;
        }
        expect(found.averagePrecision).toBeCloseTo(area, 12);
        const { auc } = binary.measure({ labels, answers: scores, classes: [] });
        expect(found.auc).toBeCloseTo(auc ?? Number.NaN, 12);
      }),
    );
  });

  it('keeps about a hundred points, which hold the area', () => {
    const random = seededRandom(4);
    const scores = Array.from({ length: 20_000 }, random);
    const labels = scores.map((score) => Number(random() < score ** 2));
    const found = curve(labels, scores);
    if (!found) throw new Error('no curve');
    expect(found.points.length).toBeLessThan(210);
    const points = [{ falseAlarms: 0, recall: 0 }, ...found.points];
    const area = points.slice(1).reduce((sum, { falseAlarms, recall }, at) => {
      const from = points[at] ?? { falseAlarms: 0, recall: 0 };
      return sum + ((falseAlarms - from.falseAlarms) * (recall + from.recall)) / 2;
    }, 0);
    expect(area).toBeCloseTo(found.auc, 3);
  });

  it('has no curve of rows of one kind, and one for each class against the others', () => {
    expect(curve([1, 1], [0.2, 0.4])).toBeUndefined();
    expect(curve([], [])).toBeUndefined();
    const classes = ['early', 'late', 'never'];
    const answers = [0.7, 0.3, 0, 0.2, 0.8, 0, 0.6, 0.4, 0, 0.1, 0.9, 0];
    const found = multiclass.curves?.({ labels: [0, 1, 0, 1], answers, classes });
    expect(found?.map(({ of, auc }) => [of, auc])).toEqual([
      ['early', 1],
      ['late', 1],
    ]);
  });

  it('marks the thresholds where counting has them', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 9 }), ({ labels, scores }, fn) => {
        const found = curve(labels, scores);
        const decision = decide(labels, scores, { fp: 1, fn }, 0.5);
        const points = operatingPoints({ curves: found ? [found] : [], decision });
        expect(points.map(({ as }) => as)).toEqual(['metrics', 'cost']);
        for (const { as: _, precision, ...point } of points) {
          const expected = counted(labels, scores, point.threshold);
          expect({ ...point, precision: precision ?? Number.NaN }).toEqual(expected);
        }
      }),
    );
    expect(operatingPoints({ curves: [] })).toEqual([]);
  });
});
