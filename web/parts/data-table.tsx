import type { Table } from '../../src/core/card.ts';

/** A number as cards print them: `0.713`, `−1.2 %`, `12,300`, `3.1 ms`, `±0.004`. */
const NUMBER =
  /^[-+−±<>≤≥~]*\s?\d[\d.,'\u2009\u202f\u00a0]*(e[-+]?\d+)?\s?(%|pp|[a-zµ]{1,2}(\/[a-z]+)?)?$/i;
/** What is longer is a sentence, and may take several lines; ids and dates stay whole. */
const LINE = 32;
const ABSENT = new Set(['', '–', '—', '-', 'n/a']);

export function DataTable({ table: { columns, rows }, title }: { table: Table; title: string }) {
  const alignment = columns.map((_, index) => kindOf(rows, index));
  return (
    <section class="table-frame" aria-label={`${title}: table`}>
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column} scope="col" data-kind={alignment[index]}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.join('\u0000')}>
              {columns.map((column, index) => (
                <td key={column} data-kind={alignment[index]}>
                  {row[index]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function kindOf(rows: Table['rows'], index: number): 'number' | 'words' | 'text' {
  if (isNumeric(rows, index)) return 'number';
  return rows.some((row) => (row[index] ?? '').length > LINE) ? 'words' : 'text';
}

/** A column is numeric where every cell that says something is a number. */
function isNumeric(rows: Table['rows'], index: number): boolean {
  const cells = rows.map((row) => (row[index] ?? '').trim()).filter((cell) => !ABSENT.has(cell));
  return cells.length > 0 && cells.every((cell) => NUMBER.test(cell));
}
