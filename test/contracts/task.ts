import { describe, expect, it } from 'vitest';
import type { OutputValue } from '../../src/core/model-outputs.ts';
import type { Classes, Labels, Task } from '../../src/core/task.ts';
import { compareAnswers } from '../../src/evaluation/compare.ts';
import { groupRows } from '../../src/evaluation/rows.ts';
import { declaredOutputs, writeLogged, writeOutputs } from '../../src/serving/answer.ts';

/** What the suite needs to know of a task. */
export interface TaskFixture {
  task: Task;
  classes: Classes;
  /** This many labels, the same each time. */
  labels(rows: number): Labels;
  /** Predictions for these rows, better the closer `skill` is to 1. */
  answers(labels: Labels, skill: number): Float64Array;
  /** Values of the column `label` that are labels, and some that are not. */
  values: { good: readonly unknown[]; bad: readonly unknown[] };
  /** Outputs of a model that fits. */
  outputs: readonly OutputValue[];
  /** Outputs of models that do not. */
  misfits: readonly (readonly OutputValue[])[];
}

const ROWS = 600;

/** What all code that uses a task relies on. Every task of `src/tasks` passes it. */
export function taskContract(fixture: TaskFixture): void {
  const { task, classes, values } = fixture;
  const { answer, label } = task;
  const labels = fixture.labels(ROWS);
  const good = fixture.answers(labels, 0.6);
  const poor = fixture.answers(labels, 0.3);
  const width = answer.width(classes);
  const metrics = task.metrics(classes);
  const names = metrics.map(({ name }) => name);
  const nothingFaulty = {
    ...({ type: 'DOUBLE', holds: 'number', nulls: undefined, constant: undefined } as const),
    ...{ other: undefined, values: [], classes: [] },
  };

  describe(`the task ${task.name}`, () => {
    it('names each metric once, writes it as people do, and declares its range', () => {
      expect(new Set(names).size).toBe(names.length);
      for (const {
        name,
        words,
        min = Number.NEGATIVE_INFINITY,
        max = Number.POSITIVE_INFINITY,
      } of metrics) {
        expect(words).toMatch(/^\p{Lu}/u);
        expect(name.replace(/\[.*\]$/, '')).toMatch(/^[a-z][a-zA-Z0-9]*$/);
        for (const answers of [good, poor]) {
          const value = task.measure({ labels, answers, classes })[name];
          expect(value).toBeGreaterThanOrEqual(min);
          expect(value).toBeLessThanOrEqual(max);
        }
      }
    });

    it('measures its metrics and nothing else', () => {
      const measured = task.measure({ labels, answers: good, classes });
      expect(Object.keys(measured).toSorted()).toEqual(names.toSorted());
      const none = task.measure({ labels: [], answers: [], classes });
      expect(Object.values(none)).toEqual(names.map(() => undefined));
      expect(() => task.measure({ labels, answers: good.subarray(width), classes })).toThrow(
        RangeError,
      );
      const broken = Float64Array.from(good).fill(Number.NaN, 0, width);
      expect(() => task.measure({ labels, answers: broken, classes })).toThrow(RangeError);
    });

    it('judges the better of two models better, and a model not worse than itself', () => {
      const forth = compareAnswers(task, {
        labels,
        champion: poor,
        challenger: good,
        classes,
        resamples: 300,
      });
      expect(forth.verdict).toBe('better');
      expect(forth.metrics.filter(({ primary }) => primary).map(({ name }) => name)).toEqual(
        names.filter((name) => task.defaults.primary.includes(name)),
      );
      for (const {
        champion = 0,
        challenger = 0,
        delta = 0,
        low,
        high,
        higherIsBetter,
      } of forth.metrics) {
        expect(delta).toBeCloseTo(
          higherIsBetter ? challenger - champion : champion - challenger,
          12,
        );
        expect(low).toBeLessThanOrEqual(delta);
        expect(high).toBeGreaterThanOrEqual(delta);
      }
      const same = compareAnswers(task, {
        labels,
        champion: good,
        challenger: good,
        classes,
        resamples: 50,
      });
      for (const metric of same.metrics)
        expect(metric).toMatchObject({ delta: 0, low: 0, high: 0, p: 1, verdict: 'not worse' });
    });

    it('has losses whose mean is their metric, or 1 minus it', () => {
      const answers = good;
      const rows = { labels, answers, classes };
      for (const { name, higherIsBetter, loss } of metrics) {
        if (!loss) continue;
        const losses = Array.from(labels, (_, row) => loss.of(rows, row));
        const mean = losses.reduce((sum, one) => sum + one / ROWS, 0);
        const value = task.measure(rows)[name] ?? Number.NaN;
        expect(mean, name).toBeCloseTo(higherIsBetter ? 1 - value : value, 9);
        expect(Math.min(...losses), name).toBeGreaterThanOrEqual(0);
      }
      const { watched } = task.defaults;
      if (watched !== undefined)
        expect(metrics.find(({ name }) => name === watched)?.loss).toBeDefined();
    });

    it('computes an improvement without resampling as the difference of the two measured values', () => {
      const pair = { labels, champion: poor, challenger: good, classes };
      const groups = groupRows(ROWS, undefined);
      const { parts, width: stretches } = task.components(pair, groups);
      expect(parts).toHaveLength(stretches * ROWS);
      const sums = Float64Array.from({ length: stretches }, (_, at) =>
        parts.subarray(at * ROWS, (at + 1) * ROWS).reduce((sum, part) => sum + part, 0),
      );
      const before = task.measure({ labels, answers: poor, classes });
      const after = task.measure({ labels, answers: good, classes });
      for (const { name, higherIsBetter, improvement, drawn } of metrics) {
        if (!improvement && !drawn) continue;
        const difference = (after[name] ?? 0) - (before[name] ?? 0);
        const improved = drawn
          ? drawn(pair, groups)(new Int32Array(ROWS).fill(1))
          : improvement?.(sums);
        expect(improved, name).toBeCloseTo(higherIsBetter ? difference : -difference, 9);
      }
    });

    it('reads labels, and describes valid ones', () => {
      for (const value of values.good) expect(label.read(value, classes)).toBeTypeOf('number');
      for (const value of [...values.bad, null, undefined, {}])
        expect(label.read(value, classes), String(value)).toBeUndefined();
      expect(label.expected(classes)).not.toBe('');
      const nulls = { count: 2, row: 7, value: undefined };
      expect(label.judge({ ...nothingFaulty, nulls }, ROWS, classes).faults).toEqual([
        expect.stringContaining('"label" is null in 2 rows'),
      ]);
    });

    it('reads a model’s answers, and finds no errors in them', () => {
      expect(answer.bind(fixture.outputs, classes)).toMatchObject({ faults: [] });
      for (const outputs of [...fixture.misfits, []]) {
        const bound = answer.bind(outputs, classes);
        expect(bound.outputs).toBeUndefined();
        expect(bound.faults).toEqual([{ what: expect.any(String), next: expect.any(String) }]);
      }
      expect(Array.from(answer.read(good, ROWS, classes) ?? [])).toEqual(Array.from(good));
      expect(answer.read(new Float32Array(ROWS * width + 1), ROWS, classes)).toBeUndefined();
      for (let row = 0; row < ROWS; row += 1)
        expect(answer.fault(good, row, classes)).toBeUndefined();
      const broken = new Float64Array(width).fill(Number.NaN);
      expect(answer.fault(broken, 0, classes)).toContain('NaN');
    });

    it('answers and logs JSON of the shapes that it declares', () => {
      const given = { fields: answer.fields, classes, answers: good, rows: 3 };
      const outputs: unknown = JSON.parse(writeOutputs(given));
      expect(outputs).toEqual(
        declaredOutputs(answer, classes).map(({ name, datatype, shape: [, columns = 0] }) => ({
          ...{ name, datatype, shape: [3, columns] },
          data: expect.toSatisfy((data: unknown[]) => data.length === 3 * columns),
        })),
      );
      const logged: unknown = JSON.parse(`{${writeLogged(given, 1)}}`);
      expect(Object.keys(Object(logged))).toEqual(answer.fields.map(({ name }) => name));
      expect(answer.fields.some(({ profiled }) => profiled)).toBe(true);
      for (const { profiled, of } of answer.fields)
        if (profiled)
          expect(of(good, 0, classes)).toBeTypeOf(profiled === 'number' ? 'number' : 'string');
    });

    it('has defaults of its own metrics', () => {
      for (const name of task.defaults.primary) expect(names).toContain(name);
      for (const { metric } of task.defaults.gates) expect(names).toContain(metric);
      expect(task.composition(labels, classes).words).not.toBe('');
    });
  });
}
