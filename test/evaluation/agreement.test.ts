import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agreementInWords, agreementWarnings } from '../../src/cards/agreement.ts';
import { agreementIn, differencesOf } from '../../src/evaluation/agreement.ts';

const of = (...values: number[]) => Float64Array.from(values);

describe('evaluation/agreement', () => {
  it('takes the furthest number of each row, in ascending order', () => {
    expect(Array.from(differencesOf(of(0.2, 0.8, 0.5, 0.5), of(0.2, 0.5, 0.5, 0.5), 2))).toEqual([
      ...[0, expect.closeTo(0.3)],
    ]);
  });

  it('takes what is no number for as far away as can be', () => {
    expect(differencesOf(of(0.2, 0.1), of(Number.NaN, 0.1), 1).at(-1)).toBe(Infinity);
    expect(differencesOf(of(Infinity), of(Infinity), 1).at(-1)).toBe(Infinity);
  });

  it('refuses answers to other rows', () => {
    expect(() => differencesOf(of(1), of(1, 2), 1)).toThrow(RangeError);
  });

  it('is the same for either order, and 0 only for equal answers', () => {
    const numbers = fc.array(fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true })));
    fc.assert(
      fc.property(numbers, (pairs) => {
        const finite = pairs.filter((pair) => pair.every(Number.isFinite));
        const [a, b] = [0, 1].map((side) => of(...finite.map((pair) => pair[side] ?? 0)));
        if (!a || !b) return;
        expect(differencesOf(a, b, 1)).toEqual(differencesOf(b, a, 1));
        const isEqual = finite.every(([x, y]) => x === y);
        expect(agreementIn(differencesOf(a, b, 1)).largest === 0).toBe(isEqual && a.length > 0);
      }),
    );
  });

  it('warns of more than float32 costs, whatever the size of the answers', () => {
    expect(agreementWarnings({ differences: of(0, 1e-7) }, [0.2, 0.9])).toEqual([]);
    expect(agreementWarnings({ differences: of(0, 0.02) }, [30, -41])).toEqual([]);
    expect(agreementWarnings({ differences: of(0, 0.02) }, [0.2, 0.9])).toEqual([
      'The model file answers 1 of 2 rows differently from the training program, at most 0.02 apart: a step may exist only in training.',
    ]);
    expect(agreementInWords(agreementIn(of(0, 0)))).toBe('2 rows, equal');
    expect(agreementInWords(agreementIn(of(0, 2.4e-8)))).toBe('2 rows, at most 2.4e-8 apart');
  });
});
