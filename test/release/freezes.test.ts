import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calendarOf, FREEZE } from '../../config/freeze.ts';
import { freezeNotice, frozenInWords } from '../../src/cards/freeze.ts';
import type { Freeze } from '../../src/core/freeze.ts';
import { openUntil } from '../../src/release/policy/windows.ts';
import { freezeStatus, mayNotRequest } from '../../src/release/policy.ts';

type Given = Record<string, Record<string, unknown>>;
const calendar = (given: Given) =>
  calendarOf({ freeze: FREEZE.freeze.parse(given), read_only: false });
const status = (given: Given, at: string, freezes: Freeze[] = [], environment = 'production') =>
  freezeStatus(environment, { calendar: calendar(given), freezes }, new Date(at));

const WEEKEND = {
  weekend: {
    deny: 'FREQ=WEEKLY;BYDAY=FR;BYHOUR=16;BYMINUTE=0',
    for: '2d 16h',
    timezone: 'Europe/Berlin',
    environments: ['production'],
  },
};
const OFFICE = {
  office: { allow: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9', for: '8h', timezone: 'UTC' },
};
const BLACK: Freeze = {
  ...{ id: 'freeze-1', environment: 'production', why: 'Black Friday', by: 'lead' },
  since: new Date('2026-11-20T00:00:00Z'),
  until: new Date('2026-12-01T00:00:00Z'),
};

describe('release/policy, freezes', () => {
  it('denies within a window, from its first instant to the one before its last', () => {
    const shown = (at: string) => {
      const { frozen, changes } = status(WEEKEND, at);
      return [frozen, changes?.toISOString()];
    };
    // Friday 16:00 to Monday 08:00 in Berlin, in summer two hours ahead of UTC.
    expect(shown('2026-06-05T13:59:59.999Z')).toEqual([undefined, '2026-06-05T14:00:00.000Z']);
    expect(shown('2026-06-05T14:00:00Z')).toEqual(['weekend', '2026-06-08T06:00:00.000Z']);
    expect(shown('2026-06-08T05:59:59.999Z')).toEqual(['weekend', '2026-06-08T06:00:00.000Z']);
    expect(shown('2026-06-08T06:00:00Z')).toEqual([undefined, '2026-06-12T14:00:00.000Z']);
    expect(status(WEEKEND, '2026-06-06T00:00:00Z', [], 'staging').frozen).toBeUndefined();
  });

  it('opens at the same hour of the day across a change of the clocks', () => {
    // Clocks go back on 25 October 2026 and forward on 29 March 2026: both within a weekend.
    expect(status(WEEKEND, '2026-10-24T12:00:00Z').changes?.toISOString()).toBe(
      '2026-10-26T07:00:00.000Z',
    );
    expect(status(WEEKEND, '2026-03-28T12:00:00Z').changes?.toISOString()).toBe(
      '2026-03-30T06:00:00.000Z',
    );
    expect(status(WEEKEND, '2026-10-20T12:00:00Z').changes?.toISOString()).toBe(
      '2026-10-23T14:00:00.000Z',
    );
    expect(status(WEEKEND, '2026-10-27T12:00:00Z').changes?.toISOString()).toBe(
      '2026-10-30T15:00:00.000Z',
    );
  });

  it('takes hours as they pass, also those that clocks show twice or never', () => {
    const night = (timezone: string) => ({
      night: { deny: 'FREQ=DAILY;BYHOUR=1', for: '3h', timezone },
    });
    // 01:00 in Berlin is 23:00 UTC in summer: three hours later the clock shows 03:00, then 02:00 again.
    const until = (at: string) => status(night('Europe/Berlin'), at).changes?.toISOString();
    expect(until('2026-10-24T23:30:00Z')).toBe('2026-10-25T02:00:00.000Z');
    expect(until('2026-03-29T00:30:00Z')).toBe('2026-03-29T03:00:00.000Z');
    // A half-hour time zone, and one whose daylight saving time is half an hour.
    expect(status(night('Asia/Kolkata'), '2026-06-01T19:30:00Z').frozen).toBe('night');
    expect(status(night('Asia/Kolkata'), '2026-06-01T19:29:59Z').frozen).toBeUndefined();
    expect(status(night('Australia/Lord_Howe'), '2026-04-04T14:30:00Z').frozen).toBe('night');
  });

  it('denies outside of windows that allow, and where both count, denies', () => {
    expect(status(OFFICE, '2026-06-05T08:00:00Z')).toMatchObject({
      frozen: 'outside of office',
      changes: new Date('2026-06-05T09:00:00Z'),
    });
    expect(status(OFFICE, '2026-06-05T17:00:00Z').changes).toEqual(
      new Date('2026-06-08T09:00:00Z'),
    );
    expect(status({ ...OFFICE, ...WEEKEND }, '2026-06-05T12:00:00Z')).toMatchObject({
      ...{ frozen: undefined, next: 'weekend', changes: new Date('2026-06-05T14:00:00Z') },
    });
    // They never end at the same instant: the weekend ends at 06:00, the office opens at 09:00.
    expect(status({ ...OFFICE, ...WEEKEND }, '2026-06-05T14:00:00Z').changes).toEqual(
      new Date('2026-06-08T09:00:00Z'),
    );
  });

  it('counts a declared freeze until its end, its own environment, or read-only', () => {
    expect(status({}, '2026-11-30T12:00:00Z', [BLACK])).toMatchObject({
      frozen: 'Black Friday, by lead',
      changes: BLACK.until,
    });
    expect(status({}, '2026-11-30T12:00:00Z', [BLACK], 'staging').frozen).toBeUndefined();
    expect(status({}, '2026-12-01T00:00:00Z', [BLACK]).frozen).toBeUndefined();
    const { environment: _, until: __, ...everything } = BLACK;
    expect(status({}, '2027-06-01T00:00:00Z', [everything], 'staging')).toMatchObject({
      frozen: 'read-only: Black Friday, by lead',
      changes: undefined,
    });
    const ended = { ...BLACK, ended: { by: 'lead', at: BLACK.since } };
    expect(status({}, '2026-11-30T12:00:00Z', [ended]).frozen).toBeUndefined();
    // A clock set back to before it began does not end it.
    expect(status({}, '2026-11-01T12:00:00Z', [BLACK]).frozen).toBeDefined();
  });

  it('says when it opens, and when it freezes soon', () => {
    const at = (time: string) => new Date(time);
    const monday = status(WEEKEND, '2026-06-06T12:00:00Z');
    expect(frozenInWords(monday, at('2026-06-06T12:00:00Z'))).toBe(
      'production is frozen (weekend) and opens Monday 08:00 Europe/Berlin',
    );
    const friday = status(WEEKEND, '2026-06-05T12:00:00Z');
    expect(freezeNotice(friday, at('2026-06-05T12:00:00Z'))).toBe(
      'production freezes in 2 h 0 min (weekend).',
    );
    expect(freezeNotice(status(WEEKEND, '2026-06-02T12:00:00Z'), at('2026-06-02T12:00:00Z'))).toBe(
      undefined,
    );
  });

  it('lets a promotion be requested that outlives the freeze, and none that does not', () => {
    const endpoint = { model: 'flights', environment: 'production', revision: 0 };
    const asked = (expiresHours: number, time: string) =>
      mayNotRequest(
        { environment: 'production', expiresHours },
        { endpoint, frozen: { calendar: calendar(WEEKEND), freezes: [] }, time: new Date(time) },
      );
    expect(asked(24, '2026-06-05T12:00:00Z')).toBeUndefined();
    expect(asked(24, '2026-06-05T15:00:00Z')).toMatchObject({ code: 'frozen' });
    expect(asked(24, '2026-06-07T12:00:00Z')).toBeUndefined();
    const hold = { since: new Date(0), by: 'lead', why: 'a rollback' };
    const automatic = {
      environment: 'production',
      expiresHours: 1,
      automation: 'schedule nightly',
    };
    const now = {
      endpoint: { ...endpoint, hold },
      ...{ frozen: { calendar: calendar({}), freezes: [] }, time: new Date() },
    };
    expect(mayNotRequest(automatic, now)).toMatchObject({ code: 'held' });
    expect(mayNotRequest({ environment: 'production', expiresHours: 1 }, now)).toBeUndefined();
  });

  it('changes exactly when it says, and not before', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata');
    const minute = fc.integer({ min: 0, max: 365 * 24 * 60 });
    fc.assert(
      fc.property(zone, minute, fc.integer({ min: 0, max: 1 }), (timezone, n, share) => {
        const given = {
          weekend: { ...WEEKEND.weekend, timezone },
          office: { ...OFFICE.office, timezone },
        };
        const frozen = { calendar: calendar(given), freezes: [] };
        const time = new Date(Date.UTC(2026, 0, 1) + n * 60_000);
        const now = freezeStatus('production', frozen, time);
        if (!now.changes) throw new Error('windows that come again always change');
        const between = new Date(
          time.getTime() + share * (now.changes.getTime() - 1 - time.getTime()),
        );
        const is = (at: Date) => freezeStatus('production', frozen, at).frozen !== undefined;
        expect(is(between)).toBe(now.frozen !== undefined);
        expect(is(now.changes)).toBe(now.frozen === undefined);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves out a start that clocks skip, as RFC 5545 says', () => {
    const [window] = calendar({
      gap: { deny: 'FREQ=DAILY;BYHOUR=2;BYMINUTE=30', for: '10m', timezone: 'Europe/Berlin' },
    }).windows;
    if (!window) throw new Error('there is no window');
    expect(openUntil(window, new Date('2026-03-28T01:35:00Z'))).toBeDefined();
    expect(openUntil(window, new Date('2026-03-29T01:35:00Z'))).toBeUndefined();
  });

  it.each([
    [{ deny: 'FREQ=WEEKLY;BYDAY=XX', for: '1h' }, /not a recurrence rule/],
    [{ deny: 'FREQ=MINUTELY', for: '1h' }, /expected FREQ=/],
    [{ deny: 'FREQ=DAILY;BYHUOR=3', for: '1h' }, /BYHUOR=3.* is no part/],
    [{ deny: 'FREQ=DAILY', for: 'an hour' }, /such as 8h/],
    [{ deny: 'FREQ=DAILY', allow: 'FREQ=DAILY', for: '1h' }, /either deny or allow/],
    [{ for: '1h' }, /either deny or allow/],
    [{ deny: 'FREQ=DAILY', for: '1h', timezone: 'Berlin' }, /unknown time zone/],
  ])('refuses %j', (window, words) => {
    const parsed = FREEZE.freeze.safeParse({ window });
    expect(parsed.error?.message).toMatch(words);
  });
});
