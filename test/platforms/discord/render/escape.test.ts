import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, escaped, fenced } from '../../../../src/platforms/discord/render/escape.ts';
import { within } from '../../../../src/platforms/discord/render/fit.ts';
import { mentionsIn } from './check.ts';
import { nasty } from './things.ts';

/** What a reader sees of text without markup. */
const seen = (text: string) =>
  text.replace(/<(https?:\/\/[^\s<>]+)>|\\([^0-9A-Za-z\s])/g, '$1$2').replaceAll('\u200b', '');

describe('platforms/discord/render/escape', () => {
  it.each([
    ['# loud', '\\# loud'],
    ['a\n  ## b', 'a\n  \\## b'],
    ['-# small', '\\-# small'],
    ['- item\n* item\n1. item', '\\- item\n\\* item\n1\\. item'],
    ['> quote\n>>> all', '\\> quote\n\\>>> all'],
    ['||spoiler|| ~~gone~~', '\\|\\|spoiler\\|\\| \\~\\~gone\\~\\~'],
    ['log_loss *b* `c`', 'log\\_loss \\*b\\* \\`c\\`'],
    ['[here](https://evil.test)', '\\[here\\](<https://evil.test>)'],
    ['<@1> <t:0:R> <#2>', '\\<@1> \\<t:0:R> \\<#2>'],
    ['@everyone and @here', '@\u200beveryone and @\u200bhere'],
    ['see https://a.test/x_y?b=1.', 'see <https://a.test/x_y?b=1>.'],
    ['https://good.test@evil.test', 'https\\://good.test@evil.test'],
    ['1 - 2 > 0 # no', '1 - 2 > 0 # no'],
    ['a\u202eb\u0000\r\nc', 'ab\ufffd\nc'],
  ])('%j is shown as it stands', (text, shown) => {
    expect(escaped(text)).toBe(shown);
  });

  it('keeps every character and makes nothing of any', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(seen(escaped(text))).toBe(clean(text).replaceAll('\u200b', ''));
        expect(mentionsIn(escaped(text))).toEqual([]);
        expect(fenced(text)).not.toMatch(/``|@everyone|@here/);
      }),
    );
  });

  it('is cut between characters, escapes and addresses, and says what is missing', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 48, max: 400 }), (text, room) => {
        const cut = within(text, room);
        expect(cut.length).toBeLessThanOrEqual(room);
        expect(cut).not.toMatch(/\p{Cs}/u);
        const note = / … \(([\d,]+) more characters\)$/.exec(cut);
        if (cut === escaped(text)) return;
        const missing = Number(note?.[1]?.replaceAll(',', ''));
        const kept = clean(text).slice(0, clean(text).length - missing);
        expect(cut.slice(0, note?.index)).toBe(escaped(kept.trimEnd()));
      }),
    );
    expect(within(`at https://a.test/${'b'.repeat(90)}`, 60)).toBe('at … (105 more characters)');
  });
});
