import { describe, expect, it } from 'vitest';
import { isBroken, ModelHealth } from '../../src/serving/doubt.ts';
import type { ServedModel } from '../../src/serving/model.ts';
import { binary } from '../../src/tasks/binary/index.ts';

const live = {
  ...{ model: 'flights', environment: 'production', version: 2, deployment: 'd2', artifact: 'a' },
  features: { distance: 'number' } as const,
  task: 'binary',
  typical: { distance: [1, 2] },
};

/** Answers by the first column. */
const answering = (score: (value: unknown) => number): ServedModel => ({
  elements: ['float32'],
  answer: async ([column = []]) => column.map((value) => score(value)),
  anyUsable: (answers, rows) =>
    Array.from({ length: rows }, (_, row) => row).some(
      (row) => binary.answer.fault(answers, row, []) === undefined,
    ),
  release() {},
});
const good = answering(() => 0.5);
const rowsOf = (...values: number[]) => ({ columns: [values], rows: values.length });

describe('serving: whether a version is to blame', () => {
  it('asks only after five requests in a row, and not again before five seconds are over', () => {
    let now = 0;
    const health = new ModelHealth(() => now);
    const strikes = (count: number) => Array.from({ length: count }, () => health.strike());
    expect(strikes(4)).not.toContain(true);
    // One usable score among unusable ones is an answer.
    expect(health.isFine(good, [Number.NaN, 0.3], rowsOf(1, 2))).toBe(true);
    expect(strikes(4)).not.toContain(true);
    expect(strikes(1)).toEqual([true]);
    expect(strikes(100)).not.toContain(true);
    now = 5000;
    expect(strikes(1)).toEqual([true]);
    const unusable = [Number.NaN, 1.1, -0.1, Number.POSITIVE_INFINITY];
    expect(health.isFine(good, unusable, rowsOf(1, 2, 3, 4))).toBe(false);
  });

  it.each([
    ['it answers nothing', () => Number.NaN, undefined, good, true],
    ['it answers nothing, and nothing was before it', () => 7, undefined, undefined, true],
    ['it answers a typical row', (x: unknown) => (x === 2 ? 0.5 : 7), undefined, good, false],
    ['it answers what it answered before', (x: unknown) => (x === 9 ? 0.5 : 7), 9, good, false],
    ['the version before does not answer either', () => 7, undefined, answering(() => 7), false],
    [
      'it throws',
      () => {
        throw new Error('out of range');
      },
      undefined,
      good,
      true,
    ],
  ])('where %s', async (_, score, witness, before, expected) => {
    const served = answering(score);
    const seen = witness === undefined ? undefined : rowsOf(witness);
    expect(await isBroken({ served, live, witness: seen, before })).toBe(expected);
  });
});
