import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { multiclass } from '../../src/tasks/multiclass/index.ts';
import { cases, expectClose } from '../reference/reference.ts';

const CLASSES = ['a', 'b', 'c'];
const fixtures = cases(
  'multiclass.json',
  z.object({
    y: z.array(z.number()),
    proba: z.array(z.array(z.number())),
    pred: z.array(z.number()),
    accuracy: z.number(),
    f1_macro: z.number(),
    log_loss: z.number(),
    roc_auc_ovr_macro: z.number(),
    confusion: z.array(z.array(z.number())),
  }),
);

describe('tasks/multiclass', () => {
  it.each(fixtures)('agrees with scikit-learn', (fixture) => {
    const answers = Float64Array.from(fixture.proba.flat());
    const measured = multiclass.measure({ labels: fixture.y, answers, classes: CLASSES });
    expectClose(measured['accuracy'], fixture.accuracy);
    expectClose(measured['macroF1'], fixture.f1_macro);
    expectClose(measured['logLoss'], fixture.log_loss);
    expectClose(measured['auc'], fixture.roc_auc_ovr_macro);
    fixture.confusion.forEach((row, at) => {
      const all = row.reduce((sum, one) => sum + one, 0);
      expectClose(measured[`recall[${CLASSES[at]}]`], (row[at] ?? 0) / all);
    });
    const [field] = multiclass.answer.fields;
    expect(fixture.y.map((_, row) => field?.of(answers, row, CLASSES))).toEqual(
      fixture.pred.map((at) => CLASSES[at]),
    );
  });

  it('learns classes in the order of scikit-learn, numbers by their size', () => {
    const facts = (...values: string[]) => ({
      ...({ type: 'VARCHAR', holds: 'text', nulls: undefined, constant: undefined } as const),
      ...{ other: undefined, values: [] },
      classes: values.map((value) => ({ value, count: 1, row: 1 })),
    });
    const learn = (...values: string[]) => multiclass.label.learn?.(facts(...values));
    expect(learn('very late', 'Late', 'on time')).toEqual(['Late', 'on time', 'very late']);
    expect(learn('10', '2', '-1')).toEqual(['-1', '2', '10']);
    const judged = multiclass.label.judge(facts('late', 'lost'), 50, ['late', 'early']);
    expect(judged.faults).toEqual([expect.stringContaining('"label" is "lost" in 1 row')]);
    expect(multiclass.label.judge(facts('late'), 50, []).faults).toEqual([
      expect.stringContaining('fewer than two classes'),
    ]);
  });

  it('distinguishes columns in another order from a tie, by the class that the model names', () => {
    const wrong = (named: ArrayLike<unknown>, answers: number[], classes = CLASSES) =>
      multiclass.answer.contradiction?.(answers, named, classes);
    expect(wrong(['c'], [0.1, 0.2, 0.7])).toBeUndefined();
    expect(wrong([2n], [0.1, 0.2, 0.7])).toBeUndefined();
    expect(wrong(['a'], [0.1, 0.2, 0.7])).toContain('not in the order of the classes');
    expect(wrong(['lost'], [0.1, 0.2, 0.7])).toContain('"lost"');
    // The order of equal probabilities after rounding to 32 bits means nothing.
    expect(wrong(['b'], [0.1, 0.4499999, 0.4500001])).toBeUndefined();
    // Numeric classes: the name takes precedence over the index.
    expect(wrong(['1'], [0.2, 0.8], ['1', '0'])).toContain('not in the order of the classes');
  });
});
