import { describe, expect, it } from 'vitest';
import { plain, table } from '../../src/core/markdown.ts';
import { commentOnFailure } from '../../src/wiring/ci/comment.ts';
import { drawn } from '../../src/wiring/ci/drawn.ts';

describe('core/markdown', () => {
  it.each([
    ['a | b', 'a \\| b'],
    ['two\nlines', 'two lines'],
    ['<img src=x>', '\\<img src=x\\>'],
    ['[here](https://x.example)', '\\[here\\](https:\u200b//x.example)'],
    ['@octocat and #12', '@\u200boctocat and \\#\u200b12'],
    ['octo/repo#7', 'octo/repo\\#\u200b7'],
    ['www.x.example', 'www\u200b.x.example'],
    ['GH-12', 'GH\u200b-12'],
    ['`x` $y$ &lt;', '\\`x\\` \\$y\\$ \\&lt;'],
    ['a\\', 'a\\\\'],
    ['\u202egnp', 'gnp'],
  ])('has no meaning in Markdown: %j', (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it('keeps cells apart', () => {
    const [head = '', , row = ''] = table(['a', 'b'], [[plain('x|y'), plain('z')]]).split('\n');
    const cells = (line: string) => line.split(/(?<!\\)\|/).length;
    expect(cells(row)).toBe(cells(head));
  });

  it('draws an interval around zero', () => {
    expect(drawn({ low: 0.5, delta: 0.75, high: 1 }, 1)).toBe('`············┃·····───●───`');
    expect(drawn({ low: -1, delta: 0, high: 1 }, 1)).toBe('`────────────●────────────`');
    expect(drawn({ low: 0, delta: 0, high: 0 }, 0)).toBe('`············●············`');
    expect(drawn({ low: -9, delta: Number.NaN, high: 9 }, 1)).toHaveLength(27);
  });

  it('cannot be left by the log of a program', () => {
    const text = commentOnFailure('flights', 'x\n````\n@octocat\n```');
    const fences = text.split('\n').filter((line) => /^`{5}/.test(line));
    expect(fences).toEqual(['`````text', '`````']);
  });
});
