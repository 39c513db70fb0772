import { describe, expect, it } from 'vitest';
import { createBackOff } from '../../src/supervisor/back-off.ts';

describe('supervisor/back-off', () => {
  it('starts at once, then waits longer and longer, half a minute at most', () => {
    const backOff = createBackOff();
    const waits = Array.from({ length: 9 }, () => backOff.next(500));
    expect(waits).toEqual([0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('starts again from the shortest delay after a stable minute', () => {
    const backOff = createBackOff();
    for (let death = 0; death < 5; death++) backOff.next(59_999);
    expect(backOff.next(60_000)).toBe(0);
    expect(backOff.next(10)).toBe(1000);
  });
});
