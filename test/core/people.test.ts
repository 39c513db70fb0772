import { describe, expect, it } from 'vitest';
import { couldBeSame, type Person } from '../../src/core/people.ts';

const person = (id: string, ...on: string[]): Person => ({ id, name: id, role: 'approver', on });

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
