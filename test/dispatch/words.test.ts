import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { monitors } from '../../commands/monitors.ts';
import { train } from '../../commands/train.ts';
import { split } from '../../src/core/split.ts';
import { assign } from '../../src/dispatch/words.ts';

describe('dispatch/words', () => {
  it.each([
    ['flights 2', ['flights', '2']],
    ['  flights   --reason "too many misses"  ', ['flights', '--reason', 'too many misses']],
    ["flights --reason 'too late'", ['flights', '--reason', 'too late']],
    ["the pilot's choice", ['the', "pilot's", 'choice']],
    ['--reason “curly from a phone”', ['--reason', 'curly from a phone']],
    ['a\\ b', ['a b']],
    ['""', ['']],
    ['', []],
  ])('splits %j', (text, words) => {
    expect(split(text)).toEqual(words);
  });

  it('says that a quote was never closed', () => {
    expect(() => split('flights --reason "late')).toThrow(/is not closed/);
  });

  it('returns quoted words unchanged', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (words) => {
        const quoted = words.map((word) => `"${word.replaceAll(/["\\“”„]/g, (c) => `\\${c}`)}"`);
        expect(split(quoted.join(' '))).toEqual(words);
      }),
    );
  });

  it('takes a verb as the first word for its flag, and only there', () => {
    const flag = { run: true, model: 'flights', monitor: 'drift' };
    for (const line of ['run flights drift', 'flights drift --run', '--run flights drift'])
      expect(assign(monitors, line.split(' '))).toEqual(flag);
    expect(assign(monitors, ['flights', 'run'])).toEqual({ model: 'flights', monitor: 'run' });
  });

  it('sorts words, options and pairs into a command’s options', () => {
    const words = ['flights', 'trees=50', '--from', '2001-05-01', '--to=2001-06-01', 'seed=7'];
    expect(assign(train, words)).toEqual({
      model: 'flights',
      from: '2001-05-01',
      to: '2001-06-01',
      parameters: { trees: '50', seed: '7' },
    });
  });

  it('reads a dash that a chat client made from two hyphens', () => {
    expect(assign(train, ['flights', '—from', '2001-05-01'])).toMatchObject({ from: '2001-05-01' });
  });

  it.each([
    [['flights', '--form', 'x'], /no option "--form". Did you mean "--from"\?/],
    [['flights', 'ships'], /one word too many/],
    [['flights', '--from'], /needs a value/],
    [['flights', '--from', 'a', '--from', 'b'], /given twice/],
    [['flights', '--model', 'ships'], /given twice/],
    [['flights', 'trees=5', 'trees=6'], /"trees" is given twice/],
  ])('refuses %j in one line', (words, line) => {
    expect(() => assign(train, words)).toThrow(line);
  });

  it('always answers or refuses, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          assign(train, split(text));
        } catch (error) {
          expect(error).toMatchObject({ blame: 'user' });
        }
      }),
    );
  });
});
