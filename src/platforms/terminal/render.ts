import type { Action, Card, Table, Tone } from '../../core/card.ts';
import { planAsText } from '../../core/card-texts.ts';
import { split } from '../../core/split.ts';
import { inColumns } from './columns.ts';
import { cells, cut, plain, quoted, wrap } from './text.ts';

export interface Look {
  /** Width of the terminal, in columns. */
  width: number;
  colour: boolean;
}

const PROGRAM = 'npx wheelhouse';
const INDENT = '  ';
const BAR = 20;

/** Each with a word: colour and symbol alone are not enough. */
const TONES: Record<Tone, { symbol: string; word: string; colour: number }> = {
  note: { symbol: 'ℹ', word: 'note', colour: 36 },
  progress: { symbol: '…', word: 'working', colour: 34 },
  success: { symbol: '✔', word: 'success', colour: 32 },
  warning: { symbol: '⚠', word: 'warning', colour: 33 },
  danger: { symbol: '✖', word: 'problem', colour: 31 },
};

/**
 * A card as text, ending in a line break. Reactions are left out: they are not possible in a terminal, and the
 * actions have commands for them.
 */
export function renderCard(whole: Card, look: Look): string {
  const card = planAsText(whole);
  const room = Math.max(20, look.width) - INDENT.length;
  const body = (lines: readonly string[]) => lines.map((line) => (line ? INDENT + line : ''));
  const sections: string[][] = [
    [...heading(card, look), ...body(card.text ? wrap(plain(card.text), room) : [])],
    body(facts(card, room)),
    body(card.table ? table(card.table, room, look) : []),
    body(card.progress ? wrap(bar(card.progress), room) : []),
    body((card.pictures ?? []).flatMap(({ alt }) => wrap(`[picture: ${oneLine(alt)}]`, room))),
    body(next(card.actions ?? [])),
    body(card.footer ? wrap(plain(card.footer), room).map((line) => paint(line, 2, look)) : []),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** The card in one line without colour, no wider than `width`: the title is shortened before the progress. */
export function renderLine(card: Card, width: number): string {
  const { symbol, word } = TONES[card.tone];
  const how = card.progress ? `  ${bar(card.progress)}` : '';
  const label = `${symbol} ${word}  `;
  const title = cut(oneLine(card.title), Math.max(8, width - cells(label) - cells(how)));
  return cut(label + title + how, width);
}

/** The command to type instead of pressing a button. */
export function typed({ command, argument }: Pick<Action, 'command' | 'argument'>): string {
  const words = [command, ...wordsOf(oneLine(argument))];
  return [PROGRAM, ...words.map((word) => quoted(oneLine(word)))].join(' ');
}

/** The dispatch and a shell quote differently: split by the rules of the dispatch, to be quoted for the shell. */
function wordsOf(argument: string): string[] {
  try {
    return split(argument);
  } catch {
    return [argument];
  }
}

function heading({ title, tone }: Card, look: Look): string[] {
  const { symbol, word, colour } = TONES[tone];
  const [first = '', ...rest] = wrap(`${symbol} ${word}  ${plain(title)}`, look.width);
  const label = `${symbol} ${word}`;
  return [
    paint(label, colour, look) + paint(first.slice(label.length), 1, look),
    ...rest.map((line) => paint(line, 1, look)),
  ];
}

function facts(card: Card, room: number): string[] {
  const rows = (card.facts ?? []).map(({ label, value }) => [oneLine(label), plain(value)]);
  return inColumns(rows, room);
}

function table({ columns, rows }: Table, room: number, look: Look): string[] {
  // Upper case marks the header if there is no colour.
  const head = columns.map((column) => oneLine(column).toUpperCase());
  const [first = '', ...rest] = inColumns([head, ...rows.map((row) => row.map(plain))], room);
  return [paint(first, 1, look), ...rest];
}

function bar({ share, words }: { share: number; words: string }): string {
  const whole = Math.min(1, Math.max(0, share));
  const full = Math.round(whole * BAR);
  const percent = `${Math.floor(whole * 100)}%`.padStart(4);
  return `${percent} [${'#'.repeat(full)}${'-'.repeat(BAR - full)}]  ${oneLine(words)}`;
}

function next(actions: readonly Action[]): string[] {
  if (actions.length === 0) return [];
  const rows = actions.map((action) => `${typed(action)}   ${oneLine(action.label)}`);
  return ['Next:', ...rows.map((row) => INDENT + row)];
}

function oneLine(text: string): string {
  return plain(text).replaceAll('\n', ' ');
}

function paint(text: string, code: number, { colour }: Look): string {
  return colour && text !== '' ? `\u001b[${code}m${text}\u001b[0m` : text;
}
