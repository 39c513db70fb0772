import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureSchema } from '../../../src/core/model.ts';
import { seededRandom } from '../../../src/evaluation/random.ts';
import {
  buildEvaluatedRows,
  readEvaluatedRows,
} from '../../../src/monitoring/estimate/evaluated-rows.ts';
import {
  estimateMetrics,
  fitCurves,
  probabilitiesOf,
} from '../../../src/monitoring/estimate/expected.ts';
import { estimateWeighted } from '../../../src/monitoring/estimate/weighted.ts';
import { weighRows } from '../../../src/monitoring/estimate/weights.ts';
import { profileOf } from '../../../src/monitoring/profile/profile.ts';
import {
  answerColumns,
  buildReference,
  readReference,
} from '../../../src/monitoring/profile/reference.ts';
import { binary } from '../../../src/tasks/binary/index.ts';
import { multiclass } from '../../../src/tasks/multiclass/index.ts';
import { regression } from '../../../src/tasks/regression/index.ts';

const FEATURES: FeatureSchema = { distance: 'number', airport: 'category' };
type Task = typeof binary | typeof multiclass;

/**
 * A model that knows the distance and not the airport: at ORD, what it calls p is nearer to certain than it says, at
 * ATL nearer to chance. `ord` is the share of ORD, and `far` moves the distances; both depend on each other.
 */
function world(rows: number, { ord = 0.5, far = 0, seed = 1, classes = [] as string[] }) {
  const random = seededRandom(seed);
  const distance: number[] = [];
  const airport: string[] = [];
  const labels = new Float64Array(rows);
  const width = Math.max(1, classes.length);
  const answers = new Float64Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const isOrd = random() < ord;
    const x = Math.min(1, Math.max(0, random() * 0.8 + (isOrd ? 0.2 : 0) + far));
    const score = 0.1 + 0.8 * x;
    const truth = isOrd ? (score > 0.5 ? 0.95 : 0.05) : 0.5 + (score - 0.5) / 4;
    const yes = random() < truth;
    distance.push(1000 * x);
    airport.push(isOrd ? 'ORD' : 'ATL');
    if (width === 1) {
      labels[row] = Number(yes);
      answers[row] = score;
    } else {
      const third = random() < 0.2;
      labels[row] = third ? 2 : Number(yes);
      answers.set([0.8 * (1 - score), 0.8 * score, 0.2], row * width);
    }
  }
  return { labels, answers, classes, features: { distance, airport } };
}

function fitted(task: Task, classes: string[]) {
  const rows = world(8000, { classes });
  const spec = { features: FEATURES, task, classes };
  const reference = readReference(buildReference(spec, rows, rows.answers, rows));
  const bytes = buildEvaluatedRows(spec, reference, rows, rows.answers);
  if (!bytes || !reference.estimator) throw new Error('nothing was kept');
  return { reference, evaluated: readEvaluatedRows(bytes), estimator: reference.estimator };
}

function profilesOf(
  { reference }: Pick<ReturnType<typeof fitted>, 'reference'>,
  task: Task,
  { features, answers, classes }: ReturnType<typeof world>,
) {
  const columns: Record<string, Iterable<unknown>> = {
    ...{ ...features, ...answerColumns({ task, classes }, answers) },
  };
  return Object.fromEntries(
    Object.entries({ ...reference.features, ...reference.answers }).map(([name, { spec }]) => [
      name,
      profileOf(spec, columns[name] ?? []),
    ]),
  );
}

describe('monitoring/estimate/weighted', () => {
  it.each([
    { task: binary, classes: [], metrics: ['brier', 'accuracy', 'logLoss'] },
    { task: multiclass, classes: ['no', 'yes', 'gone'], metrics: ['accuracy', 'logLoss'] },
  ])(
    'is near the realised figures of $task.name where CBPE is not',
    ({ task, classes, metrics }) => {
      const known = fitted(task, classes);
      for (const [ord, far] of [
        [0.05, 0],
        [0.95, -0.1],
      ]) {
        const window = world(8000, { ord, far, seed: 2, classes });
        const realised = task.measure(window);
        const width = Math.max(1, classes.length);
        const plain = estimateMetrics(
          { task, classes },
          window.answers,
          probabilitiesOf(
            fitCurves(known.evaluated.labels, known.evaluated.answers, width),
            window.answers,
          ),
        );
        const { estimates } = estimateWeighted(
          { task, classes },
          known.evaluated,
          known.estimator,
          { answers: window.answers, profiles: profilesOf(known, task, window) },
        );
        for (const name of metrics) {
          const real = realised[name] ?? Number.NaN;
          const { value = Number.NaN, error = 0 } = estimates[name] ?? {};
          expect(Math.abs(value - real), `${name} at ${ord}`).toBeLessThan(3 * error + 0.01);
          expect(Math.abs((plain[name]?.value ?? 0) - real), `CBPE's ${name}`).toBeGreaterThan(
            0.04,
          );
        }
      }
    },
  );

  it('is the estimate of CBPE if the inputs are those of the evaluation', () => {
    const known = fitted(binary, []);
    const window = world(8000, {});
    const { estimates, represented } = estimateWeighted(
      { task: binary, classes: [] },
      known.evaluated,
      known.estimator,
      { answers: window.answers, profiles: profilesOf(known, binary, window) },
    );
    const curves = fitCurves(known.evaluated.labels, known.evaluated.answers, 1);
    const plain = estimateMetrics(
      { task: binary, classes: [] },
      window.answers,
      probabilitiesOf(curves, window.answers),
    );
    for (const name of ['brier', 'auc', 'recall'])
      expect(estimates[name]?.value).toBeCloseTo(plain[name]?.value ?? Number.NaN, 9);
    expect(represented.effective).toBeCloseTo(8000, 0);
    expect(represented.uncovered).toBe(0);
  });

  it('estimates nothing for rows unlike all that were evaluated', () => {
    const known = fitted(binary, []);
    const window = world(5000, {});
    const moved = {
      ...window,
      features: { ...window.features, airport: window.features.airport.map(() => 'JFK') },
    };
    const estimate = (rows: typeof window) =>
      estimateWeighted({ task: binary, classes: [] }, known.evaluated, known.estimator, {
        ...{ answers: rows.answers, profiles: profilesOf(known, binary, rows) },
      });
    expect(estimate(moved)).toMatchObject({ estimates: {}, represented: { uncovered: 1 } });
    const few = { ...known.evaluated, labels: known.evaluated.labels.slice(0, 100) };
    expect(weighRows({ ...few }, profilesOf(known, binary, window)).effective).toBeLessThan(200);
  });

  it('weights every column to its shares in the window, also of columns that depend on each other', () => {
    const known = fitted(binary, []);
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 0.8, noNaN: true }),
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        (ord, far) => {
          const profiles = profilesOf(known, binary, world(4000, { ord, far, seed: 3 }));
          const { weights } = weighRows(known.evaluated, profiles);
          expect(weights.every((weight) => weight >= 0)).toBe(true);
          for (const [name, { of }] of Object.entries(known.evaluated.bins)) {
            const sums = new Float64Array(60);
            for (const [row, bin] of of.entries())
              sums[bin] = (sums[bin] ?? 0) + (weights[row] ?? 0) / of.length;
            for (const [bin, count] of (profiles[name]?.counts ?? []).entries())
              expect(sums[bin], `${name} ${bin}`).toBeCloseTo(count / 4000, 2);
          }
        },
      ),
      { numRuns: 10 },
    );
  });

  it('keeps evenly chosen rows, and none of a task without classes', () => {
    const rows = world(50_000, {});
    const spec = { features: FEATURES, task: binary };
    const reference = readReference(buildReference(spec, rows, rows.answers, rows));
    const bytes = buildEvaluatedRows(spec, reference, rows, rows.answers);
    const { labels, answers, bins } = readEvaluatedRows(bytes ?? new Uint8Array());
    expect([labels.length, answers.length, bins['airport']?.of.length]).toEqual([
      20_000, 20_000, 20_000,
    ]);
    expect(answers[4]).toBe(rows.answers[10]);
    expect(labels[4]).toBe(rows.labels[10]);
    expect(bytes?.length).toBeLessThan(1_000_000);
    expect(buildEvaluatedRows({ task: regression }, reference, rows, rows.answers)).toBeUndefined();
    expect(() => readEvaluatedRows(Buffer.from('{"labels":1}'))).toThrow();
  });

  it('fits a weighted curve as one of repeated rows', () => {
    const row = fc.tuple(
      fc.integer({ min: 0, max: 9 }),
      fc.constantFrom(0, 1),
      fc.integer({ min: 0, max: 3 }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), (rows) => {
        const repeated = rows.flatMap(([x, y, times]) =>
          Array.from({ length: times }, () => [x, y] as const),
        );
        fc.pre(repeated.length > 0);
        const curve = (x: number[], y: number[], weights?: number[]) =>
          probabilitiesOf(fitCurves(y, x, 1, weights), [0, 2.5, 5, 9]);
        const weighted = curve(
          rows.map(([x]) => x),
          rows.map(([, y]) => y),
          rows.map(([, , times]) => times),
        );
        const plain = curve(
          repeated.map(([x]) => x),
          repeated.map(([, y]) => y),
        );
        for (const [at, one] of weighted.entries())
          expect(one).toBeCloseTo(plain[at] ?? Number.NaN, 9);
      }),
    );
  });
});
