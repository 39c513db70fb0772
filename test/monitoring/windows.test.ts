import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeWindows, rowsByWindow } from '../../src/monitoring/windows.ts';

const HOUR = 3_600_000;
const at = (text: string) => new Date(`2001-02-${text}:00Z`);
/** As if every window had rows. */
function complete(span: { oldest: Date; newest: Date }, hours: number, judged: Date | undefined) {
  const length = hours * HOUR;
  const filled: number[] = [];
  const first = Math.floor(span.oldest.getTime() / length) * length;
  for (let from = first; from <= span.newest.getTime(); from += length) filled.unshift(from);
  return completeWindows(filled, span, hours, judged);
}

const said = (windows: { from: Date; to: Date }[]) =>
  windows.map(
    ({ from, to }) => `${from.toISOString().slice(8, 13)}-${to.toISOString().slice(8, 13)}`,
  );

describe('monitoring/windows', () => {
  it('are those that are complete, from the first whole one on', () => {
    const span = { oldest: at('01T05:00'), newest: at('03T23:59') };
    expect(said(complete(span, 24, undefined))).toEqual(['02T00-03T00']);
    const whole = { oldest: at('01T00:00'), newest: at('03T00:00') };
    expect(said(complete(whole, 24, undefined))).toEqual(['01T00-02T00', '02T00-03T00']);
    const short = { oldest: at('01T00:00'), newest: at('01T23:59') };
    expect(complete(short, 24, undefined)).toEqual([]);
  });

  it('continue where evaluation ended, and skip a long silence', () => {
    const span = { oldest: at('02T10:00'), newest: at('04T01:00') };
    expect(said(complete(span, 24, at('02T00:00')))).toEqual(['02T00-03T00', '03T00-04T00']);
    const late = { oldest: at('20T10:00'), newest: at('21T01:00') };
    expect(said(complete(late, 24, at('02T00:00')))).toEqual(['20T00-21T00']);
  });

  it('judge nothing in part when their length has changed', () => {
    const span = { oldest: at('02T07:00'), newest: at('04T01:00') };
    expect(said(complete(span, 24, at('02T06:00')))).toEqual(['03T00-04T00']);
  });

  it('are those with rows; empty ones cost nothing, however many there are', () => {
    const span = { oldest: new Date(0), newest: new Date('9999-01-01') };
    const starts = [...rowsByWindow([{ bucket: at('02T07:00'), rows: 1 }], 24).keys()];
    expect(said(completeWindows(starts, span, 24, undefined))).toEqual(['02T00-03T00']);
  });

  it('are complete, consecutive, after the judged ones and before the watermark', () => {
    const time = fc.integer({ min: 0, max: 2000 * HOUR }).map((ms) => new Date(ms));
    const hours = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(
        time,
        time,
        hours,
        fc.option(time, { nil: undefined }),
        (a, b, length, judged) => {
          const [oldest, newest] = a < b ? [a, b] : [b, a];
          const windows = complete({ oldest, newest }, length, judged);
          let before = judged?.getTime() ?? 0;
          for (const { from, to } of windows) {
            expect(to.getTime() - from.getTime()).toBe(length * HOUR);
            expect(from.getTime() % (length * HOUR)).toBe(0);
            expect(from.getTime()).toBeGreaterThanOrEqual(before);
            expect(to.getTime()).toBeLessThanOrEqual(newest.getTime());
            before = to.getTime();
          }
          // No complete window is left out at the end.
          const last = windows.at(-1);
          if (last) expect(newest.getTime() - last.to.getTime()).toBeLessThan(length * HOUR);
        },
      ),
    );
  });
});
