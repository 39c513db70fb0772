import type { Example } from '../core/example.ts';
import type { LabelFacts } from '../core/task.ts';

export interface ColumnFacts {
  /** As DuckDB calls it, e.g. `DOUBLE` or `VARCHAR`. */
  type: string;
  /** NaN counts as null: both mean that a value is missing. */
  nulls: Example | undefined;
  /** The one value of all rows that have one. */
  constant: string | undefined;
  /** Of a column that should hold numbers: what is none. */
  unreadable?: Example | undefined;
  infinite?: Example | undefined;
  fractions?: Example | undefined;
}

/** What was measured of a dataset. Judged in `judge.ts`. */
export interface DatasetFacts {
  rows: number;
  /** All columns of the file with their types, in its order. */
  columns: ReadonlyMap<string, string>;
  /** Of the declared features that the file has. */
  features: ReadonlyMap<string, ColumnFacts>;
  label?: LabelFacts;
  /** Of the optional column `id`: rows whose id an earlier row has. */
  repeatedId?: Example | undefined;
  /** Of the optional column `time`, or of one that is called like one. */
  outside?: { column: string; unreadable: Example | undefined; outside: Example | undefined };
}
