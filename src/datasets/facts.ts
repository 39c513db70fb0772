import type { Example } from '../core/example.ts';
import type { LabelFacts } from '../core/task.ts';

export interface ColumnFacts {
  /** DuckDB's type, e.g. `DOUBLE` or `VARCHAR`. */
  type: string;
  /** NaN counts as null: both mean a missing value. */
  nulls: Example | undefined;
  /** The value, if all rows with a value have the same one. */
  constant: string | undefined;
  /** For a column that should contain numbers: values that are not numbers. */
  unreadable?: Example | undefined;
  infinite?: Example | undefined;
  fractions?: Example | undefined;
}

/** What was measured about a dataset. Judged in `judge.ts`. */
export interface DatasetFacts {
  rows: number;
  /** All columns of the file with their types, in the order of the file. */
  columns: ReadonlyMap<string, string>;
  /** For declared features that the file has. */
  features: ReadonlyMap<string, ColumnFacts>;
  label?: LabelFacts;
  /** For the optional column `id`: rows that repeat an earlier ID. */
  repeatedId?: Example | undefined;
  /** For the optional column `time`, or one with a similar name. */
  outside?: { column: string; unreadable: Example | undefined; outside: Example | undefined };
}
