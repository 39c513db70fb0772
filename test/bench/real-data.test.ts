import { describe, expect, it } from 'vitest';
import { createRandom } from '../../bench/alarms/random.ts';
import { watch } from '../../bench/alarms/real.ts';
import { realTable } from '../../bench/alarms/real-words.ts';

const DAY = 86_400_000;
const FIRST = Date.parse('2001-01-01');
const day = (n: number) => new Date(FIRST + n * DAY);

/** A part of `npm run watch:data`, on synthetic days. */
describe('watching a data set', () => {
  const random = createRandom(7);
  const rows = Array.from({ length: 120 * 60 }, (_, row) => Math.floor(row / 60));
  const shifted = {
    times: Float64Array.from(rows, (at) => FIRST + at * DAY),
    columns: { size: rows.map((at) => random.normal() + (at < 90 ? 0 : 1)) },
  };
  const data = { name: 'made up', sql: '', categories: [], to: day(120), settings: [] };
  const settings = { from: day(0), until: day(60), hours: 24, minRows: 10 };

  it('finds when it changed, and says so in the table', () => {
    const watched = watch(data, shifted, settings);
    expect(watched).toMatchObject({ reference: 60, windows: 60, alarms: [{}] });
    const since = watched.alarms?.[0]?.since.getTime() ?? 0;
    expect(Math.abs(since - day(90).getTime())).toBeLessThanOrEqual(3 * DAY);
    expect(watched.alarms?.[0]?.moved).toContain('size (location up)');
    expect(realTable([watched])).toMatch(/since about \d+ \w+ 2001: size \(location up\)/);
  });

  it('is still learning from a few days', () => {
    const watched = watch(data, shifted, { ...settings, until: day(10) });
    expect(watched.alarms).toBeUndefined();
    expect(realTable([watched])).toContain('still learning');
  });
});
