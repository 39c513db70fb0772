import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Unusable } from '../../../../examples/flights/program.ts';
import { LOSSES } from '../../../../examples/flights/trainer/losses/index.ts';
import type { Derivatives } from '../../../../examples/flights/trainer/losses/loss.ts';

const { logistic, squared, softmax } = LOSSES;
const raw = (scores: number[]) => scores.map((score) => Float64Array.of(score));

/** Of one row, by each raw score. */
function derivativesOf(of: typeof softmax, scores: number[], target: ReturnType<typeof of.target>) {
  const into: Derivatives[] = scores.map(() => ({
    gradients: new Float64Array(1),
    hessians: new Float64Array(1),
  }));
  of.derive(raw(scores), target, into);
  return into.map(({ gradients, hessians }) => [gradients[0] ?? 0, hessians[0] ?? 0]);
}

const score = fc.double({ min: -8, max: 8, noNaN: true });

/** The first and second derivative of `f` at `at`, by central differences. */
function numeric(f: (scores: number[]) => number, scores: number[], at: number): [number, number] {
  const step = 1e-4;
  const [less, more] = [-step, step].map((by) =>
    f(scores.map((own, k) => (k === at ? own + by : own))),
  );
  return [
    ((more ?? 0) - (less ?? 0)) / (2 * step),
    ((more ?? 0) - 2 * f(scores) + (less ?? 0)) / step ** 2,
  ];
}

describe('examples/flights/trainer/losses', () => {
  it('derives the log loss of a yes or no', () => {
    fc.assert(
      fc.property(score, fc.constantFrom(0, 1), (at, label) => {
        const target = { values: Float64Array.of(label), classes: [] };
        const loss = ([s = 0]: number[]) => Math.log1p(Math.exp(label === 1 ? -s : s));
        const [[gradient, hessian] = []] = derivativesOf(logistic, [at], target);
        const [first, second] = numeric(loss, [at], 0);
        expect(gradient).toBeCloseTo(first, 6);
        expect(hessian).toBeCloseTo(second, 5);
      }),
    );
  });

  it('derives half the squared error', () => {
    const target = { values: Float64Array.of(12), classes: [] };
    expect(derivativesOf(squared, [5], target)).toEqual([[-7, 1]]);
  });

  it('derives the log loss of classes, its curvature scaled by K / (K - 1)', () => {
    const classes = ['a', 'b', 'c'];
    fc.assert(
      fc.property(fc.tuple(score, score, score), fc.constantFrom(0, 1, 2), (at, label) => {
        const target = { values: Float64Array.of(label), classes };
        const loss = (scores: number[]) =>
          Math.log(scores.reduce((sum, own) => sum + Math.exp(own), 0)) - (scores[label] ?? 0);
        derivativesOf(softmax, at, target).forEach(([gradient, hessian], k) => {
          const [first, second] = numeric(loss, at, k);
          expect(gradient).toBeCloseTo(first, 6);
          expect(hessian).toBeCloseTo((3 / 2) * second, 5);
        });
      }),
    );
  });

  it('starts with the mean of all rows', () => {
    const answerOf = (of: typeof softmax, target: ReturnType<typeof of.target>) => {
      const scores = raw(of.start(target));
      of.answer(scores);
      return scores.map(([answer]) => answer);
    };
    expect(answerOf(logistic, logistic.target([0, 0, 0, 1]))[0]).toBeCloseTo(0.25, 6);
    expect(answerOf(squared, squared.target([1, 2, 9]))).toEqual([4]);
    const shares = answerOf(softmax, softmax.target(['b', 'a', 'b', 'b']));
    expect(shares[0]).toBeCloseTo(0.25, 6);
    expect(shares[1]).toBeCloseTo(0.75, 6);
  });

  it('keeps the probabilities of classes at scores that would overflow', () => {
    const scores = raw([1000, 0, -1000]);
    softmax.answer(scores);
    expect(scores.map(([answer]) => answer)).toEqual([1, 0, 0]);
  });

  it('orders classes as declared, else by their code points', () => {
    expect(softmax.target(['late', 'early', 'on time', 'late'])).toEqual({
      values: Float64Array.of(1, 0, 2, 1),
      classes: ['early', 'late', 'on time'],
    });
    const declared = ['early', 'on time', 'late'];
    expect(softmax.target(['late', 'early', 'on time'], declared)).toEqual({
      values: Float64Array.of(2, 0, 1),
      classes: declared,
    });
  });

  it.each([
    ['a label of 2', () => logistic.target([0, 1, 2]), 'label of row 3 is 2, not 0 or 1'],
    ['one label', () => logistic.target([1, 1]), 'every label is 1; widen the window'],
    ['no number', () => squared.target([1, null]), 'label of row 2 is null, not a number'],
    ['an infinite one', () => squared.target([1, Infinity]), 'row 2 is Infinity, not a number'],
    ['one quantity', () => squared.target([7, 7]), 'every label is 7; widen the window'],
    ['a missing class', () => softmax.target(['a', null]), 'row 2 is null, not a class'],
    ['one class', () => softmax.target(['a', 'a']), 'every label is a; widen the window'],
    [
      'an undeclared class',
      () => softmax.target(['a', 'c'], ['a', 'b']),
      'label of row 2 is c; the classes are a, b',
    ],
    [
      'a declared class without rows',
      () => softmax.target(['a', 'b'], ['a', 'b', 'c']),
      'no row is labelled c; widen the window',
    ],
  ])('refuses %s', (_, target, message) => {
    expect(target).toThrow(Unusable);
    expect(target).toThrow(message);
  });
});
