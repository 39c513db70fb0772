import { describe, expect, it } from 'vitest';
import { takeFlags } from '../../../src/platforms/terminal/args.ts';

describe('platforms/terminal/args', () => {
  it('accepts its own flags anywhere and leaves the rest unchanged', () => {
    expect(
      takeFlags(['--wait', 'train', 'flights', '--as', 'ada', 'lr=0.1', '--to=x', '--json']),
    ).toEqual({
      flags: { wait: true, json: true, help: false, as: 'ada' },
      words: ['train', 'flights', 'lr=0.1', '--to=x'],
    });
  });

  it('takes a value behind an equals sign, spaces and all', () => {
    expect(takeFlags(['--url=http://h:1/?a=b', '--token=a b', 'status']).flags).toMatchObject({
      url: 'http://h:1/?a=b',
      token: 'a b',
    });
  });

  it('leaves everything behind -- to the command', () => {
    expect(takeFlags(['reject', '--', '--json', '--', '--wait'])).toEqual({
      flags: { wait: false, json: false, help: false },
      words: ['reject', '--json', '--', '--wait'],
    });
  });

  it('says which flag lacks its value', () => {
    expect(() => takeFlags(['status', '--as'])).toThrow('--as needs a value.');
    expect(() => takeFlags(['--as', '--', 'status'])).toThrow('--as needs a value.');
  });
});
