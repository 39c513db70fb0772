import { describe, expect, it } from 'vitest';
import { escaped } from '../../../../src/platforms/slack/render/escape.ts';

describe('slack/render/escape', () => {
  it.each([
    ['<!channel> & <@U1>', '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
    ['max_depth=3 run-a_b', 'max_depth=3 run-a_b'],
    ['*bold* _it_ ~no~ `c`', '∗bold∗ ˍitˍ ∼no∼ ˋcˋ'],
    [':x: at 10:17', ':\u2060x: at 10:17'],
    ['> said', '\u2060&gt; said'],
    ['a\u0000b\u202ec', 'a␀bc'],
  ])('shows %j as text', (given, shown) => expect(escaped(given)).toBe(shown));
});
