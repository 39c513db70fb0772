import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/evaluation/random.ts';
import { logBeta } from '../../../src/release/rollout/log-beta.ts';
import { meanInterval } from '../../../src/release/rollout/means.ts';
import { splitEvidence } from '../../../src/release/rollout/sample-ratio.ts';
import {
  evidenceAgainst,
  isCertainlyMore,
  isCertainlyWithin,
  shareInterval,
} from '../../../src/release/rollout/shares.ts';
import { type Arms, shareOf } from '../../../src/release/rollout/sums.ts';
import { tries } from '../../sweep.ts';

const ALPHA = 0.01;
const share = fc
  .integer({ min: 1, max: 5000 })
  .chain((n) => fc.integer({ min: 0, max: n }).map((count) => shareOf(n, count)));
const arms: fc.Arbitrary<Arms> = fc.record({ stable: share, challenger: share });

describe('release/rollout: intervals', () => {
  it.each([
    [0.5, 0.5, Math.log(Math.PI)],
    [1, 1, 0],
    [3, 4, Math.log(1 / 60)],
    [10.5, 0.5, Math.log(Math.PI * (184_756 / 4 ** 10))], // B(n + ½, ½) = π · C(2n, n) / 4ⁿ
  ])('ln B(%d, %d)', (a, b, expected) => {
    expect(logBeta(a, b)).toBeCloseTo(expected, 10);
  });

  it('contain the difference that was seen, within the range of a difference', () => {
    fc.assert(
      fc.property(arms, (both) => {
        const { difference, low, high } = shareInterval(both, ALPHA);
        expect(low).toBeLessThanOrEqual(difference);
        expect(high).toBeGreaterThanOrEqual(difference);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
      }),
      tries(200),
    );
  });

  it('change their sign when the versions change places', () => {
    fc.assert(
      fc.property(arms, ({ stable, challenger }) => {
        const one = shareInterval({ stable, challenger }, ALPHA);
        const other = shareInterval({ stable: challenger, challenger: stable }, ALPHA);
        expect(one.low).toBeCloseTo(-other.high, 6);
        expect(one.high).toBeCloseTo(-other.low, 6);
      }),
      tries(200),
    );
  });

  it('agree with the tests at a bound, which never say more and less at once', () => {
    fc.assert(
      fc.property(arms, fc.double({ min: -0.5, max: 0.5, noNaN: true }), (both, at) => {
        const { low, high } = shareInterval(both, ALPHA);
        if (Math.abs(low - at) > 1e-6) expect(isCertainlyMore(both, at, ALPHA)).toBe(low > at);
        if (Math.abs(high - at) > 1e-6) expect(isCertainlyWithin(both, at, ALPHA)).toBe(high < at);
      }),
      tries(400),
    );
  });

  it('find the pair of shares with the least evidence against a difference', () => {
    fc.assert(
      fc.property(arms, fc.double({ min: -0.4, max: 0.4, noNaN: true }), (both, difference) => {
        const least = evidenceAgainst(both, difference);
        for (let at = 1; at < 40; at += 1) {
          const stable = Math.max(0, -difference) + (at / 40) * (1 - Math.abs(difference));
          expect(least).toBeLessThanOrEqual(evidenceFor(both, stable, stable + difference) + 1e-6);
        }
      }),
      tries(200),
    );
  });

  it('are narrower with more requests, and exclude nothing without any', () => {
    const at = (n: number) => {
      const both = { stable: shareOf(n, n / 10), challenger: shareOf(n, n / 10) };
      const { low, high } = shareInterval(both, ALPHA);
      return high - low;
    };
    expect(at(1000)).toBeLessThan(at(100));
    expect(at(100_000)).toBeLessThan(at(1000) / 5);
    const none = { stable: shareOf(0, 0), challenger: shareOf(100, 100) };
    expect(shareInterval(none, ALPHA)).toMatchObject({ low: -1, high: 1 });
    expect(isCertainlyMore(none, 0, ALPHA)).toBe(false);
  });

  it('are not alarmed by the first error, as a normal boundary is', () => {
    const first = { stable: shareOf(400, 0), challenger: shareOf(20, 1) };
    expect(shareInterval(first, ALPHA).low).toBeLessThan(0);
  });

  it('cover the difference of two means of a loss at every look', () => {
    const missed = Array.from({ length: 100 }, (_, seed) => {
      const random = seededRandom(seed);
      const none = () => ({ n: 0, sum: 0, squares: 0 });
      const sums = { stable: none(), challenger: none() };
      for (let row = 0; row < 2000; row += 1) {
        const arm = random() < 0.25 ? sums.challenger : sums.stable;
        const loss = random() ** 2;
        arm.n += 1;
        arm.sum += loss;
        arm.squares += loss * loss;
        const { low, high } = meanInterval(sums, 0.05);
        if (low > 0 || high < 0) return true;
      }
      return false;
    });
    expect(missed.filter(Boolean).length).toBeLessThanOrEqual(5);
  });

  it('find a difference of means, but not before there are rows to know their variance by', () => {
    const of = (n: number, mean: number) => ({ n, sum: n * mean, squares: n * (mean ** 2 + 0.02) });
    const both = (n: number) => ({ stable: of(4 * n, 0.2), challenger: of(n, 0.25) });
    expect(meanInterval(both(50), ALPHA)).toEqual({ difference: 0, low: -1, high: 1 });
    expect(meanInterval(both(2000), ALPHA).low).toBeGreaterThan(0);
  });

  it('notice a split of requests that is not the declared one, and no other', () => {
    expect(splitEvidence({ stable: 9500, challenger: 500 }, 0.05)).toBeLessThan(0);
    expect(splitEvidence({ stable: 9200, challenger: 800 }, 0.05)).toBeGreaterThan(10);
    expect(splitEvidence({ stable: 9990, challenger: 10 }, 0.05)).toBeGreaterThan(10);
    expect(splitEvidence({ stable: 10, challenger: 0 }, 0)).toBe(0);
  });
});

/** The logarithm of the product of both Beta-mixture likelihood ratios, without a search. */
function evidenceFor({ stable, challenger }: Arms, p: number, q: number): number {
  const part = ({ n, sum }: Arms['stable'], at: number) =>
    logBeta(sum + 0.5, n - sum + 0.5) -
    logBeta(0.5, 0.5) -
    (sum > 0 ? sum * Math.log(at) : 0) -
    (n > sum ? (n - sum) * Math.log(1 - at) : 0);
  return part(stable, p) + part(challenger, q);
}
