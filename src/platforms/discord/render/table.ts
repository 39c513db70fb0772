import type { Table } from '../../../core/card.ts';
import { escaped, fenced, flat, isBlank } from './escape.ts';
import { fitLines, NOTE, shorten, within } from './fit.ts';

/** Characters in a line of a code block that do not wrap in the narrowest window. */
const WIDEST = 55;
const GAP = 2;
const ROWS: [string, string] = ['row', 'rows'];

/**
 * Discord has no tables: they become columns in a code block if they fit side by side, otherwise a line with labels for
 * each row.
 */
export function tableText({ columns, rows }: Table, room: number): string {
  if (rows.length === 0) return '';
  const grid = [columns.map((column) => column.toUpperCase()), ...rows].map((row) =>
    row.map((cell) => fenced(flat(cell))),
  );
  const widths = widthsOf(grid);
  const width = widths.reduce((sum, one) => sum + one + GAP, -GAP);
  const inColumns = width <= WIDEST ? block(grid, widths, room) : undefined;
  if (inColumns !== undefined) return inColumns;
  return fitLines(
    rows.map((row) => labelled(columns, row)),
    room,
    ROWS,
  );
}

/** Undefined if not even one row fits: characters without width make long lines look short. */
function block(
  grid: readonly (readonly string[])[],
  widths: readonly number[],
  room: number,
): string | undefined {
  const lines = grid.map((row) =>
    widths
      .map((width, column) => pad(row[column] ?? '', width))
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
  const fence = (shown: readonly string[]) => ['```', ...shown, '```'].join('\n');
  const whole = fence(lines);
  if (whole.length <= room) return whole;
  let [count, left] = [0, room - NOTE - fence([]).length];
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    count += 1;
  }
  if (count < 2) return undefined;
  const missing = lines.length - count;
  return `${fence(lines.slice(0, count))}\n-# … and ${missing} more ${ROWS[missing === 1 ? 0 : 1]}`;
}

function labelled(columns: readonly string[], row: readonly string[]) {
  const [first = '', ...others] = row.map(flat);
  const head = `**${escaped(shorten(first, 60))}**`;
  const rest = others.flatMap((cell, index) => {
    const label = flat(columns[index + 1] ?? '');
    return isBlank(cell) ? [] : [isBlank(label) ? cell : `${label}: ${cell}`];
  });
  // If the first cell is cut, it is repeated in full.
  const again = flat(first).length > 60 ? [first] : [];
  const text = [...again, ...rest].join(' · ');
  return (longest: number) =>
    text === '' ? head : `${head} · ${within(text, longest - head.length - 3)}`;
}

function widthsOf(grid: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of grid)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 1, cells(cell));
  return widths;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - cells(text)));
}

const WIDE =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u;

function cells(text: string): number {
  let sum = 0;
  for (const character of text)
    sum += /[\p{Mn}\p{Me}\p{Cf}]/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return sum;
}
