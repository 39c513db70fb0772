import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Duration } from '../../src/core/duration.ts';
import { localMinutes, QuietHoursText, quietUntil } from '../../src/core/quiet-hours.ts';

const berlin = QuietHoursText.parse('22:00-07:00 Europe/Berlin');
const until = (at: string) => quietUntil(berlin, new Date(at))?.toISOString();

describe('core/quiet-hours', () => {
  it('are hours of a clock in a time zone, past midnight too', () => {
    expect(berlin).toEqual({ from: 1320, to: 420, timezone: 'Europe/Berlin' });
    expect(until('2026-11-30T20:59:00Z')).toBeUndefined();
    expect(until('2026-11-30T21:00:30Z')).toBe('2026-12-01T06:00:00.000Z');
    expect(until('2026-12-01T05:59:59Z')).toBe('2026-12-01T06:00:00.000Z');
    expect(until('2026-12-01T06:00:00Z')).toBeUndefined();
    const noon = QuietHoursText.parse('12:00-13:30');
    expect(quietUntil(noon, new Date('2026-11-30T12:00:00Z'))?.getUTCHours()).toBe(13);
    expect(quietUntil(undefined, new Date())).toBeUndefined();
  });

  it('end by that clock in the nights in which summer time begins and ends', () => {
    expect(until('2026-03-28T22:00:00Z')).toBe('2026-03-29T05:00:00.000Z');
    expect(until('2026-10-24T21:00:00Z')).toBe('2026-10-25T06:00:00.000Z');
  });

  it('always end when they say, and not before', () => {
    const minute = fc.date({
      min: new Date('2026-01-01'),
      max: new Date('2027-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(minute, (at) => {
        const end = quietUntil(berlin, at);
        if (!end) return;
        expect(localMinutes(end, berlin.timezone)).toBe(420);
        expect(end.getTime()).toBeGreaterThan(at.getTime());
        expect(quietUntil(berlin, end)).toBeUndefined();
      }),
    );
  });

  it.each(['22-7', '25:00-07:00', '22:00-22:00', '22:00-07:00 Europe/Atlantis'])(
    'refuses %s',
    (text) => {
      expect(QuietHoursText.safeParse(text).success).toBe(false);
    },
  );
});

describe('core/duration', () => {
  it('reads minutes, hours and days', () => {
    expect(['30m', '1h', ' 2D '].map((text) => Duration.parse(text))).toEqual([18e5, 36e5, 1728e5]);
  });
});
