import { type Action, type Card, type Fact, type Tone, typedAs } from '../../../core/card.ts';
import { emojiOf } from './emoji.ts';
import { clean, escaped, flat, isBlank } from './escape.ts';
import { fitLines, shorten, within } from './fit.ts';

/** Each with a word: colour and symbol alone are not enough. */
export const TONES: Record<Tone, { symbol: string; word: string; colour: number }> = {
  note: { symbol: 'ℹ️', word: 'Note', colour: 0x5b7fa6 },
  progress: { symbol: '⏳', word: 'Working', colour: 0x3b82f6 },
  success: { symbol: '✅', word: 'Success', colour: 0x2e9e5b },
  warning: { symbol: '⚠️', word: 'Warning', colour: 0xd99a1b },
  danger: { symbol: '🛑', word: 'Problem', colour: 0xc93c37 },
};

const BAR = 10;
const LONGEST_TITLE = 200;

/** A heading is one line: a longer title, such as a refusal that quotes a log, continues below it. */
export function heading({ title, tone }: Card, room: number): string {
  const { symbol, word } = TONES[tone];
  // A note has no tone, so it needs no word.
  const named = tone === 'note' ? `### ${symbol}` : `### ${symbol} ${word}:`;
  const [first = '', ...rest] = clean(title).trim().split('\n');
  const short = !isBlank(first) && escaped(first).length <= LONGEST_TITLE;
  const head = short ? `${named} ${escaped(first)}` : `### ${symbol} ${word}`;
  const below = (short ? rest : [first, ...rest]).join('\n').trim();
  return isBlank(below) ? head : `${head}\n${within(below, room - head.length - 1)}`;
}

export function prose(text: string | undefined, room: number): string {
  return text === undefined || isBlank(text) ? '' : within(text.trim(), room);
}

/** One below the other: Discord can only put them side by side in an embed, and not on a phone. */
export function facts(all: readonly Fact[] = [], room: number): string {
  const lines = all.map(({ label, value }) => labelled(label, value));
  return fitLines(lines, room, ['fact', 'facts']);
}

export function progress(state: Card['progress'], room: number): string {
  if (!state) return '';
  const share = Math.min(1, Math.max(0, state.share || 0));
  const full = Math.floor(share * BAR);
  const bar = '▰'.repeat(full) + '▱'.repeat(BAR - full);
  const words = flat(state.words);
  const start = `${bar} ${Math.floor(share * 100)}%`;
  return isBlank(words) ? start : within(words, room, (text) => `${start} · ${escaped(text)}`);
}

/** Descriptions of pictures that cannot be shown. */
export function described(alts: readonly string[], room: number): string {
  const lines = alts.map((alt) => labelled('Picture', alt));
  return fitLines(lines, room, ['picture', 'pictures']);
}

/** Actions without a button, as the command to type. */
export function toType(actions: readonly Action[], room: number): string {
  if (actions.length === 0) return '';
  const start = 'Commands for buttons that did not fit:\n';
  const lines = actions.map((action) => labelled(action.label, typedAs(action)));
  return start + fitLines(lines, room - start.length, ['command', 'commands']);
}

export function reactions(all: Card['reactions'] = [], room: number): string {
  const ways = all.map(({ emoji, meaning }) => `${emojiOf(emoji)} ${flat(meaning)}`);
  return all.length === 0 ? '' : small(`React with ${ways.join(', ')}`, room);
}

export function small(text: string | undefined, room: number): string {
  const line = flat(text ?? '');
  return isBlank(line) ? '' : within(line, room, (words) => `-# ${escaped(words)}`);
}

function labelled(label: string, value: string) {
  const head = `**${escaped(shorten(label, 60))}:**`;
  const text = isBlank(value) ? '–' : clean(value).trim();
  return (longest: number) => `${head} ${within(text, longest - head.length - 1)}`;
}
