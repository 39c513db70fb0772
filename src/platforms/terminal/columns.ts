import { cells, pad, wrap } from './text.ts';

const GAP = 2;
const NARROWEST = 6;

/** Rows as columns of text, in lines of at most `width` columns if possible. */
export function inColumns(rows: readonly (readonly string[])[], width: number): string[] {
  const widths = squeeze(naturalWidths(rows), longestWords(rows), width);
  return rows.flatMap((row) => {
    const parts = widths.map((room, column) => wrap(row[column] ?? '', room));
    const height = Math.max(1, ...parts.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      parts
        .map((lines, column) => pad(lines[line] ?? '', widths[column] ?? 0))
        .join(' '.repeat(GAP))
        .trimEnd(),
    );
  });
}

function naturalWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, text] of row.entries())
      widths[column] = Math.max(widths[column] ?? 1, ...text.split('\n').map(cells));
  return widths;
}

/** An ID that is broken over two lines can be neither copied nor searched for. */
function longestWords(rows: readonly (readonly string[])[]): number[] {
  const longest: number[] = [];
  for (const row of rows)
    for (const [column, text] of row.entries())
      longest[column] = Math.max(longest[column] ?? 1, ...text.split(/\s+/).map(cells));
  return longest;
}

/** Narrows the widest column until all fit; breaks words only if nothing else helps. */
function squeeze(natural: readonly number[], words: readonly number[], width: number): number[] {
  const widths = [...natural];
  const room = width - GAP * (widths.length - 1);
  for (const floors of [words, widths.map(() => NARROWEST)]) {
    while (widths.reduce((sum, one) => sum + one, 0) > room) {
      const spare = widths.map((one, column) => (one > (floors[column] ?? 0) ? one : 0));
      const widest = Math.max(...spare);
      if (widest <= NARROWEST) break;
      widths[spare.indexOf(widest)] = widest - 1;
    }
  }
  return widths;
}
