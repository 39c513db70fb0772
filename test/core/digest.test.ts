import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duePeriods } from '../../src/core/digest.ts';
import { localMinutes } from '../../src/core/quiet-hours.ts';

const TIMES = { at: 9 * 60, timezone: 'Europe/Berlin', daily: true, weekly: 'monday' };
const due = (at: string) =>
  duePeriods(TIMES, new Date(at)).map(({ key, from, to }) => [
    key,
    from.toISOString(),
    to.toISOString(),
  ]);

describe('core/digest', () => {
  it('is the newest day and week that are over', () => {
    // 30 November 2026 is a Monday; nine o'clock in Berlin is eight in UTC.
    expect(due('2026-11-30T08:00:00Z')).toEqual([
      ['day-2026-11-30', '2026-11-29T08:00:00.000Z', '2026-11-30T08:00:00.000Z'],
      ['week-2026-11-30', '2026-11-23T08:00:00.000Z', '2026-11-30T08:00:00.000Z'],
    ]);
    expect(due('2026-11-30T07:59:59Z').map(([key]) => key)).toEqual([
      'day-2026-11-29',
      'week-2026-11-23',
    ]);
  });

  it('follows the clock when summer time ends', () => {
    expect(due('2026-10-25T09:00:00Z')[0]).toEqual([
      ...['day-2026-10-25', '2026-10-24T07:00:00.000Z', '2026-10-25T08:00:00.000Z'],
    ]);
  });

  it('covers every moment once, whenever it is asked', () => {
    const minute = fc.date({
      ...{ min: new Date('2026-01-03'), max: new Date('2027-01-01'), noInvalidDate: true },
    });
    fc.assert(
      fc.property(minute, (now) => {
        const [day] = duePeriods(TIMES, now);
        if (!day) throw new Error('no period');
        expect(day.to.getTime()).toBeLessThanOrEqual(now.getTime());
        expect(now.getTime() - day.to.getTime()).toBeLessThan(25 * 3_600_000);
        expect(localMinutes(day.to, TIMES.timezone)).toBe(TIMES.at);
        const [before] = duePeriods(TIMES, new Date(day.to.getTime() - 60_000));
        expect(before?.to).toEqual(day.from);
      }),
    );
  });

  it('is only what is asked for', () => {
    const now = new Date('2026-11-30T12:00:00Z');
    expect(duePeriods({ ...TIMES, daily: false }, now).map(({ kind }) => kind)).toEqual(['week']);
    const { weekly: _, ...daily } = TIMES;
    expect(duePeriods(daily, now).map(({ kind }) => kind)).toEqual(['day']);
  });
});
