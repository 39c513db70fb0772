import { oneLine } from '../../core/one-line.ts';

/** Longer cells push what stands after them off the screen. */
const BROADEST = 32;

/** Cells in columns for a terminal, the first to the left and figures to the right. The first row is the head. */
export function inColumns(rows: readonly (readonly string[])[], left: readonly number[]): string {
  const cells = rows.map((row) => row.map(short));
  const widths = (cells[0] ?? []).map((_, at) =>
    Math.max(...cells.map((row) => [...(row[at] ?? '')].length)),
  );
  const padded = (cell: string, at: number) => {
    const gap = ' '.repeat(Math.max(0, (widths[at] ?? 0) - [...cell].length));
    return left.includes(at) ? `${cell}${gap}` : `${gap}${cell}`;
  };
  return cells.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}

function short(cell: string): string {
  const letters = [...oneLine(cell)];
  return letters.length > BROADEST
    ? `${letters.slice(0, BROADEST - 1).join('')}…`
    : letters.join('');
}
