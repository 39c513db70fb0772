import { describe, expect, it } from 'vitest';
import { p99OfMinute } from '../../bench/rollout/windows.ts';

const PER_SECOND = 10;
/** Ten seconds of answers after 1, 2, …, 100 ms. */
const quiet = Array.from({ length: 100 }, (_, at) => at + 1);

describe('bench/rollout/windows: the p99 of a minute', () => {
  it('is that of the quiet seconds if nothing else happens in it', () => {
    expect(p99OfMinute(quiet, [], PER_SECOND)).toBe(99);
    expect(p99OfMinute(quiet, quiet, PER_SECOND)).toBe(99);
  });

  it('weighs what happens by how long it takes', () => {
    const slow = (count: number) => new Array<number>(count).fill(1000);
    // Of 600 requests, 6 may take longer.
    expect(p99OfMinute(quiet, slow(6), PER_SECOND)).toBe(100);
    expect(p99OfMinute(quiet, slow(7), PER_SECOND)).toBe(1000);
    expect(p99OfMinute(quiet, slow(600), PER_SECOND)).toBe(1000);
    expect(p99OfMinute(slow(100), quiet, PER_SECOND)).toBe(1000);
  });

  it('is that of what happens if it takes longer than a minute', () => {
    const long = Array.from({ length: 1000 }, (_, at) => at + 1);
    expect(p99OfMinute([5000], long, PER_SECOND)).toBe(990);
  });
});
