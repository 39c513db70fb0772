import { describe, expect, it } from 'vitest';
import { oneLine, visible } from '../../src/core/one-line.ts';
import { reasonOption, whyOption } from '../../src/core/values.ts';

/** Each of them hides text, or changes the direction of the text after it. */
const HIDDEN = ['\u061c', '\u00ad', '\u200b', '\u200e', '\u200f', '\u202e', '\u2060', '\u2066'];
const TAGS = '\u{e0041}\u{e0042}\ufeff\u{e007f}';

describe('core/one-line', () => {
  it.each(HIDDEN)('leaves out %j', (hidden) => {
    expect(visible(`a${hidden}b`)).toBe('ab');
    expect(oneLine(`a${hidden}\nb`)).toBe('a b');
  });

  it('leaves out text that is written in invisible tags', () => {
    expect(visible(`a${TAGS}b`)).toBe('ab');
  });

  it('keeps emoji, joined scripts and accents', () => {
    for (const text of ['👩‍🚀 ❤️', 'می‌خواهم', 'é', 'שלום', '東京']) expect(visible(text)).toBe(text);
  });
});

describe('a reason', () => {
  it.each([reasonOption, whyOption])('is one visible line', ({ schema }) => {
    expect(schema.parse(' late \u202eflights\u2069\nare missed ')).toBe('late flights are missed');
    expect(schema.safeParse('\u200b\u202e').error?.issues).toMatchObject([
      { message: 'expected a few words' },
    ]);
    expect(schema.safeParse('x'.repeat(501)).error?.issues).toMatchObject([
      { message: 'at most 500 characters are allowed' },
    ]);
  });
});
