import { describe, expect, it } from 'vitest';
import { peopleOf } from '../../config/people.ts';
import { couldBeSame, type Person } from '../../src/core/people.ts';

const person = (id: string, ...on: string[]): Person => ({ id, name: id, role: 'approver', on });

describe('config/people', () => {
  it('gives people of other companies no role by channel, group or account', () => {
    const role = { CROOM: 'approver' as const };
    const slack = {
      channels: role,
      groups: { S1: 'admin' as const },
      users: { U1: 'admin' as const },
    };
    const dev = { name: 'Dev', role: 'operator' as const, identities: { slack: 'UDEV' } };
    const theirs = { platform: 'slack', user: 'U1', groups: ['S1'], external: 'T9' };
    const from = { platform: 'slack', channel: 'CROOM' };
    const people = peopleOf({ dev }, { slack });
    expect(people.of(theirs, from)).toBeUndefined();
    expect(people.vouchesFor(theirs)).toBe(false);
    expect(people.of({ ...theirs, external: 'unknown' }, from)).toBeUndefined();
    // Listed people get the listed role.
    expect(people.of({ ...theirs, user: 'UDEV' }, from)?.role).toBe('operator');
    for (const external of [['T9'], ['U1']]) {
      const open = peopleOf({ dev }, { slack: { ...slack, external } });
      expect(open.of(theirs, from)?.role).toBe('admin');
    }
  });
});

describe('core/people', () => {
  it.each([
    ['themselves', person('dev', 'web'), person('dev', 'web'), true],
    [
      'two people of the configuration',
      person('dev', 'web'),
      person('lead', 'web', 'slack'),
      false,
    ],
    [
      'two accounts of one platform',
      person('slack-u1', 'slack'),
      person('slack-u2', 'slack'),
      false,
    ],
    [
      'accounts of two platforms',
      person('slack-u1', 'slack'),
      person('discord-7', 'discord'),
      true,
    ],
    [
      'a person and an account where they have none',
      person('dev', 'web'),
      person('slack-u1', 'slack'),
      true,
    ],
    [
      'a person and another account where they have one',
      person('dev', 'web', 'slack'),
      person('slack-u1', 'slack'),
      false,
    ],
  ])('%s', (_what, a, b, same) => {
    expect(couldBeSame(a, b)).toBe(same);
    expect(couldBeSame(b, a)).toBe(same);
  });
});
