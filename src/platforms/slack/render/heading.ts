import type { Card, Tone } from '../../../core/card.ts';
import type { Block } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { cut, head, isBlank, plain, weight } from './text.ts';

/**
 * With a word unless the title contains it: colour and symbol alone are not enough. A note has no tone and needs no
 * word.
 */
const TONES: Record<Tone, { symbol: string; word: string; said: RegExp }> = {
  note: { symbol: 'ℹ️', word: '', said: /^/ },
  progress: { symbol: '⏳', word: 'Working', said: /\b\p{L}+ing\b/iu },
  success: {
    symbol: '✅',
    word: 'Done',
    said: /\b(done|success\w*|is live|trained|approved|resolved|better|not worse|is back|counted)\b|^no\b/i,
  },
  warning: {
    symbol: '⚠️',
    word: 'Warning',
    said: /\b(warning|drift(ed)?|not|rejected|expired|waiting)\b/i,
  },
  danger: {
    symbol: '🛑',
    word: 'Problem',
    said: /\b(problem|failed|fault|error|not|could not)\b/i,
  },
};

/** The title with its tone, as one text. */
export function titleOf({ title, tone }: Pick<Card, 'title' | 'tone'>): string {
  const { symbol, word, said } = TONES[tone];
  const shown = isBlank(plain(title)) ? 'Untitled' : plain(title).trim();
  return said.test(shown) ? `${symbol} ${shown}` : `${symbol} ${word}: ${shown}`;
}

/** The part of the title that fits into a header, and the rest, for below it. */
export function heading(card: Pick<Card, 'title' | 'tone'>): { header: Block; rest: string } {
  const [line = '', ...lines] = titleOf(card).split('\n');
  const below = lines.join('\n').trim();
  if (weight(line) <= LIMITS.header) return { header: headerOf(line), rest: below };
  const whole = head(line, LIMITS.header - 1);
  const gap = whole.lastIndexOf(' ');
  const kept = gap > whole.length / 2 ? whole.slice(0, gap) : whole;
  const rest = `…${line.slice(kept.length).trimStart()}`;
  return { header: headerOf(`${kept}…`), rest: below ? `${rest}\n${below}` : rest };
}

function headerOf(line: string): Block {
  const text = { type: 'plain_text', text: cut(line, LIMITS.header), emoji: false } as const;
  return { type: 'header', text };
}
