import { useRef } from 'preact/hooks';
import type { Table } from '../../src/core/card.ts';
import { useScrolls } from './use-scrolls.ts';

/** A number as in cards: `0.713`, `−1.2%`, `12,300`, `3.1 ms`, `±0.004`. */
const NUMBER =
  /^[-+−±<>≤≥~]*\s?\d[\d.,'\u2009\u202f\u00a0]*(e[-+]?\d+)?\s?(%|pp|[a-zµ]{1,2}(\/[a-z]+)?)?$/i;
/** More columns than this, or a column of sentences, do not fit side by side on a phone. */
const NARROW_COLUMNS = 3;
/** Longer cells are sentences and may wrap; IDs and dates do not wrap. */
const LINE = 32;
const ABSENT = new Set(['', '–', '—', '-', 'n/a']);

export function DataTable({ table: { columns, rows }, title }: { table: Table; title: string }) {
  const kinds = columns.map((_, index) => kindOf(rows, index));
  const frame = useRef<HTMLElement>(null);
  const scrolls = useScrolls(frame);
  return (
    <figure
      class="table-frame"
      aria-label={`${title}: table`}
      data-wide={columns.length > NARROW_COLUMNS || kinds.includes('words')}
      ref={frame}
      // A table that scrolls must be reachable by keyboard; one that fits is not a tab stop.
      {...(scrolls ? { tabIndex: 0 } : {})}
    >
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column} scope="col" data-kind={kinds[index]}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join('\u0000')}>
              {columns.map((column, index) =>
                index === 0 ? (
                  <th key={column} scope="row" data-kind={kinds[index]}>
                    {row[index]}
                  </th>
                ) : (
                  <td key={column} data-kind={kinds[index]} data-label={column}>
                    {row[index]}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function kindOf(rows: Table['rows'], index: number): 'number' | 'words' | 'text' {
  if (isNumeric(rows, index)) return 'number';
  return rows.some((row) => (row[index] ?? '').length > LINE) ? 'words' : 'text';
}

/** A column is numeric if every non-empty cell is a number. */
function isNumeric(rows: Table['rows'], index: number): boolean {
  const cells = rows.map((row) => (row[index] ?? '').trim()).filter((cell) => !ABSENT.has(cell));
  return cells.length > 0 && cells.every((cell) => NUMBER.test(cell));
}
