import { histogramSvg } from '../../charts/svg.ts';
import type { JudgedColumn } from '../../monitoring/files/judge.ts';
import type { FilesCompared } from './compare-files.ts';
import { cellsOf, HEAD, headline, loneColumns, reasonsOf } from './drift-words.ts';
import { page } from './page.ts';

/** The comparison of two files as one page, with a histogram of each column. */
export function driftPage(found: FilesCompared): string {
  const { columns, files } = found;
  const [reference = '', current = ''] = files.map(({ name }) => name);
  return page({
    title: `Drift: ${current} compared with ${reference}`,
    headline: headline(found),
    table: [HEAD, ...columns.map(cellsOf)],
    bad: ['drift'],
    notes: [...columns.flatMap(reasonsOf), ...loneColumns(found)],
    charts: columns.map((column) => ({
      title: column.name,
      text: [
        `${column.type}, ${column.verdict}.`,
        `Missing: ${column.nulls.reference} of ${column.rows.reference} rows in the reference, ${column.nulls.current} of ${column.rows.current} now.`,
      ].join(' '),
      picture: column.bins.length > 0 ? histogram(column, { reference, current }) : undefined,
    })),
  });
}

function histogram(
  { name, bins, psi }: JudgedColumn,
  windows: { reference: string; current: string },
) {
  return histogramSvg({
    ...{ title: name, feature: name, bins, windows },
    ...(psi !== undefined && { psi }),
  });
}
