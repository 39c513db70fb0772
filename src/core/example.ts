import { percent } from './figures.ts';

/** Rows with some property: their number, and the first of them. */
export interface Example {
  count: number;
  /** Counted from 1, in the order of the file. */
  row: number;
  /** As text; undefined if it is null. */
  value: string | undefined;
}

const MOST_SHOWN = 60;

/** The value of the first row, quoted. */
export function shown({ value }: Example): string {
  if (value === undefined) return 'null';
  return JSON.stringify(value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value);
}

/** `12 rows (4%, first row 17)` */
export function where({ count, row }: Example, rows: number): string {
  const share = percent(count / Math.max(rows, 1));
  return `${count} ${count === 1 ? 'row' : 'rows'} (${share}, first row ${row})`;
}
