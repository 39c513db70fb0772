import type { Table } from '../../../core/card.ts';
import { code, type RichText, rich, written } from './blocks.ts';
import { CODE_WIDTH } from './limits.ts';
import type { Chunk } from './room.ts';
import { cells, cut, isBlank, moreCharacters, oneLine, pad, weight } from './text.ts';

const GAP = '  ';
const CELL = 500;
/** Longer than a number, a name or a date range with its label. */
const SHORT = 40;
/** Small, so that part of a table fits into a full card. */
const CHUNK = 1500;

/**
 * Slack's `table` block is not used: only one is allowed in a message and none in the Home tab, and with an empty cell
 * the whole message is refused. https://docs.slack.dev/reference/block-kit/blocks/table-block
 * Monospaced columns are not parsed and can be copied; a table that is too wide becomes a list of labelled lines.
 */
export function tableChunks({ columns, rows }: Table): Chunk[] {
  const width = Math.max(columns.length, ...rows.map((row) => row.length));
  const tidy = (row: readonly string[]) =>
    Array.from({ length: width }, (_, column) =>
      cut(oneLine(row[column] ?? '').trim(), CELL, moreCharacters),
    );
  const labels = tidy(columns);
  const all = rows.map(tidy);
  const widths = labels.map((label, column) =>
    all.reduce((widest, row) => Math.max(widest, cells(row[column] ?? '')), cells(label)),
  );
  const line = widths.reduce((sum, one) => sum + one, GAP.length * Math.max(0, width - 1));
  return line <= CODE_WIDTH ? asColumns(labels, all, widths) : asLists(labels, all);
}

function asColumns(labels: string[], rows: string[][], widths: number[]): Chunk[] {
  const lineOf = (row: readonly string[]) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join(GAP)
      .trimEnd();
  const top = [lineOf(labels), lineOf(widths.map((width) => '─'.repeat(width)))];
  return grouped(rows.map(lineOf), (line) => weight(line) + 2).map((lines) => ({
    block: code([...top, ...lines].join('\n')),
    things: lines.length,
  }));
}

function asLists(labels: string[], rows: string[][]): Chunk[] {
  const entries = rows.map((row) => entryOf(labels, row));
  const size = (entry: RichText[]) => weight(JSON.stringify(entry));
  return grouped(entries, size).map((group) => ({
    block: rich(group.flatMap((entry, i) => (i === 0 ? entry : [written('\n\n'), ...entry]))),
    things: group.length,
  }));
}

/** The first cell names the row. */
function entryOf([nameLabel = '', ...labels]: string[], [name = '', ...values]: string[]) {
  const lines = values.flatMap((value, column) => {
    const label = labels[column] ?? '';
    if (isBlank(value)) return [];
    return [isBlank(label) ? value : `${label}: ${value}`];
  });
  const first = isBlank(name) ? `${nameLabel} –`.trim() : name;
  const bold = written(first, { bold: true });
  // A phone shows few lines: numbers and names share a line, sentences get their own.
  const between = lines.every((line) => line.length <= SHORT) ? ' · ' : '\n';
  return lines.length > 0 ? [bold, written(`\n${lines.join(between)}`)] : [bold];
}

function grouped<T>(items: readonly T[], size: (item: T) => number): T[][] {
  const groups: T[][] = [];
  let sum = 0;
  for (const item of items) {
    const last = groups.at(-1);
    sum += size(item);
    if (last && sum <= CHUNK) last.push(item);
    else {
      groups.push([item]);
      sum = size(item);
    }
  }
  return groups;
}
