import { figure, percent, plural, pValue } from '../../core/figures.ts';
import { oneLine } from '../../core/one-line.ts';
import type { JudgedColumn } from '../../monitoring/files/judge.ts';
import { inColumns } from './columns-text.ts';
import type { FilesCompared } from './compare-files.ts';

/** The head of the table of columns. */
export const HEAD = [
  'Column',
  'Type',
  'PSI',
  'JS',
  'Wasserstein',
  'KS D',
  'χ²',
  'p (adjusted)',
  'Verdict',
];

/** One column of the files as a row of that table. */
export function cellsOf({
  name,
  type,
  psi,
  js,
  wasserstein,
  ks,
  chi2,
  ...rest
}: JudgedColumn): string[] {
  const shown = (value: number | undefined) => (value === undefined ? '' : figure(value));
  const p = rest.adjustedP === undefined ? '' : pValue(rest.adjustedP);
  return [
    ...[name, type, shown(psi), shown(js), shown(wasserstein), shown(ks?.d)],
    ...[shown(chi2?.statistic), p, rest.verdict],
  ];
}

export function headline({ verdict, columns, files: [reference, current] }: FilesCompared): string {
  const drifted = columns.filter((column) => column.verdict === 'drift').length;
  const words = {
    drift: `Drift in ${drifted} of ${plural(columns.length, 'column')}`,
    ok: `No drift in ${plural(columns.length, 'column')}`,
    'insufficient data': 'Insufficient data to judge any column',
  }[verdict];
  const side = (file: FilesCompared['files'][number] | undefined) =>
    `${file?.name} (${figure(file?.rows ?? 0)} rows)`;
  return `${words}: ${side(current)} compared with ${side(reference)}.`;
}

/** Why a column drifted, a sentence each. */
export function reasonsOf({ name, reasons, shares }: JudgedColumn): string[] {
  const words = {
    null: 'missing',
    nan: 'NaN or no number',
    infinite: 'infinite',
    unseen: 'new values',
  };
  return reasons.map((reason) => {
    if (reason === 'distribution')
      return `${oneLine(name)}: its values are distributed differently.`;
    const share = shares.find((one) => one.name === reason);
    return `${oneLine(name)}: ${words[reason]} ${percent(share?.reference ?? 0)} → ${percent(share?.window ?? 0)} of rows.`;
  });
}

/** Columns that one of the files lacks, a sentence each. */
export function loneColumns({ columns }: FilesCompared): string[] {
  return columns.flatMap(({ name, verdict }) =>
    verdict === 'only in reference' || verdict === 'only in current'
      ? [`Column "${oneLine(name)}" is ${verdict} and was not compared.`]
      : [],
  );
}

export function driftInText(found: FilesCompared): string {
  const { columns } = found;
  const order = (column: JudgedColumn) => (column.verdict === 'drift' ? 0 : 1);
  const sorted = columns.toSorted((a, b) => order(a) - order(b) || (b.psi ?? 0) - (a.psi ?? 0));
  const notes = [...sorted.flatMap(reasonsOf), ...loneColumns(found)];
  return [
    headline(found),
    '',
    inColumns([HEAD, ...sorted.map(cellsOf)], [0, 1, HEAD.length - 1]),
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
  ].join('\n');
}
