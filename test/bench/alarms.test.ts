import { describe, expect, it } from 'vitest';
import { certified } from '../../bench/alarms/certified.ts';
import { grown } from '../../bench/alarms/grown.ts';
import { delays, falseAlarms, LENGTHS, REFERENCES } from '../../bench/alarms/simulate.ts';
import { poissonInterval } from '../../bench/alarms/tables.ts';
import { withoutTolerance } from '../../bench/alarms/together.ts';
import { intoPage, tablesOf } from '../../bench/alarms/words.ts';

/** A small part of `npm run simulate:alarms`. */
describe('the simulation of alarms', () => {
  const [daily, hourly] = LENGTHS;
  const quiet = falseAlarms('independent rows', daily, 50, 1, 1);
  const changed = delays(daily, 200, 1, 1);

  it('counts the alarms of the detector within its budget, and more of PSI', () => {
    expect(quiet.budget.map(({ years }) => years)).toEqual(REFERENCES.map(() => 2));
    for (const { alarms } of quiet.budget) expect(alarms).toBeLessThanOrEqual(1);
    expect(quiet.fixed['PSI > 0.1']?.alarms).toBeGreaterThan(100);
  });

  it('finds a large shift within days, and a small one later or not at all', () => {
    const delayOf = (change: string) =>
      changed.find((one) => one.change === change)?.budget.at(-1)?.[0] ?? Number.NaN;
    expect(delayOf('shift of 1 σ')).toBeLessThan(7);
    expect(delayOf('shift of 0.15 σ')).toBeGreaterThan(delayOf('shift of 1 σ'));
  });

  it('certifies smaller shifts by longer references', () => {
    const { shifts } = certified('independent rows', daily, 200, 1);
    expect(shifts.toSorted((a = 9, b = 9) => b - a)).toEqual(shifts);
  });

  it('has more alarms than the budget of three monitors that do not share it', () => {
    const all = [1, 2, 3, 4].map(withoutTolerance);
    const alarms = (how: 'whole' | 'shared') => all.reduce((sum, one) => sum + one[how].alarms, 0);
    // Once in three months, over eight years.
    expect(alarms('whole')).toBeGreaterThan(40);
    expect(alarms('shared')).toBeLessThan(40);
  });

  it('certifies more by a reference that grew, which a creeping change does not carry along', () => {
    const { shift, falsely, crept } = grown('clustered rows', 31, 1);
    expect(shift.grown).toBeLessThan((shift.alone ?? 0) * 0.8);
    expect(falsely.grown.alarms).toBeLessThanOrEqual(1);
    expect(crept.grown).toBeLessThan(0.5);
  });

  it('is the same for the same seed', () => {
    expect(delays(daily, 200, 1, 1)).toEqual(changed);
  });

  it('writes its tables into the page, and hours of two days as still learning', () => {
    const shared = {
      alone: { alarms: 0, years: 2 },
      whole: { alarms: 2, years: 2 },
      shared: { alarms: 0, years: 2 },
    };
    const learning = { alarms: 0, years: 0 };
    const hours = { ...quiet, length: hourly, budget: [learning, ...quiet.budget.slice(1)] };
    const tables = tablesOf(
      [quiet, hours],
      [certified('independent rows', daily, 200, 1)],
      changed,
      [{ scene: 'independent rows', ...shared }],
      [
        {
          ...{ scene: 'clustered rows', reference: 31 },
          falsely: { alone: { alarms: 0, years: 2 }, grown: { alarms: 1, years: 2 } },
          ...{ shift: { alone: 0.2, grown: 0.1 }, crept: { alone: Infinity, grown: 0.3 } },
        },
      ],
    );
    expect(tables).toContain('| clustered rows | 31 windows | 0.00 (0.00 to 3.69) | 1.00 (');
    expect(tables).toContain('| 0.20 | 0.10 | not in a year | 0.30 |');
    expect(tables).toContain('| independent rows | 0.00 (0.00 to 0.46) | 0.25 (');
    expect(tables).toContain('| independent rows, hourly | still learning |');
    const page =
      'a\n<!-- Written by npm run simulate:alarms. -->\nold\n<!-- End of what npm run simulate:alarms writes. -->\nb';
    expect(intoPage(page, tables)).toContain(tables);
    expect(intoPage(page, tables)).not.toContain('old');
    expect(() => intoPage('no place', tables)).toThrow('has no');
  });

  it('gives the interval of a Poisson mean', () => {
    // Garwood 1936, as in tables.
    expect(poissonInterval(0)[1]).toBeCloseTo(3.689, 3);
    expect(poissonInterval(10)[0]).toBeCloseTo(4.795, 3);
    expect(poissonInterval(10)[1]).toBeCloseTo(18.39, 2);
  });
});
