import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sparkline } from '../../src/core/sparkline.ts';

describe('core/sparkline', () => {
  it('goes from the lowest to the highest block', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7])).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([-5, 5])).toBe('▁█');
  });

  it('leaves a gap for a missing value, and is empty without values', () => {
    expect(sparkline([1, Number.NaN, 2])).toBe('▁ █');
    expect(sparkline([])).toBe('');
  });

  it('is at half height if nothing changes', () => {
    expect(sparkline([3, 3, 3])).toBe('▅▅▅');
  });

  it('is never longer than 40 and averages more values', () => {
    const line = sparkline(Array.from({ length: 1000 }, (_, at) => at));
    expect(line).toHaveLength(40);
    expect(line).toMatch(/^▁+▂+▃+▄+▅+▆+▇+█+$/);
  });

  it('accepts any numbers', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), (values) => {
        expect(sparkline(values)).toMatch(/^[▁-█ ]*$/);
        expect(sparkline(values)).toHaveLength(Math.min(values.length, 40));
      }),
    );
  });
});
