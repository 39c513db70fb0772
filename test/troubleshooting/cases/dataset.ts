import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { inWords } from '../../../src/core/errors.ts';
import { inspectDataset } from '../../../src/datasets/inspect.ts';
import { flights } from '../../training/spec.ts';
import type { Case } from '../case.ts';

/** 200 rows of January 2001; `n` counts from 0. */
const GOOD: Record<string, string> = {
  label: 'n % 2',
  distance: 'n * 10.0',
  carrier: "'carrier ' || n % 5",
};

/** The message about rows that are valid except for these columns; null removes a column. */
async function inspect(columns: Record<string, string | null>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelhouse-rows-'));
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  const path = join(folder, 'rows.parquet');
  const selection = Object.entries({ ...GOOD, ...columns })
    .flatMap(([name, sql]) => (sql === null ? [] : [`${sql} AS "${name}"`]))
    .join(', ');
  try {
    await db.run(`COPY (SELECT ${selection} FROM range(200) t(n)) TO '${path}' (FORMAT parquet)`);
    return (await inspectDataset(path, flights, flights.training.window)).warnings.join('\n');
  } catch (error) {
    return inWords(error);
  } finally {
    db.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}

type Mistake = Omit<Case, 'section' | 'reproduce'> & { columns: Record<string, string | null> };

const MISTAKES: readonly Mistake[] = [
  {
    mistake: 'labels that are text',
    columns: { label: "CASE WHEN n % 4 = 0 THEN 'yes' ELSE 'no' END" },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- "label" is text ("no", "yes"), e.g. "yes" in 200 rows (100%, first row 1). Write 1 for the positive class and 0 for the other: with pandas (df["label"] == "yes").astype(int).\ndocs/training-contract.md says what it must write.',
    why: 'The label must be 0 or 1: only you know which word is the positive class.',
    fix: 'Map it in the dataset program: `(df["label"] == "yes").astype(int)`, or `CAST(label = \'yes\' AS INTEGER)` in SQL.',
  },
  {
    mistake: 'a third label',
    columns: { label: 'n % 3' },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- "label" is 2 in 66 rows (33%, first row 3). It must be 0 or 1.\ndocs/training-contract.md says what it must write.',
    why: 'The model is binary (`task: binary`), so it has two labels.',
    fix: 'Leave the other rows out, or decide which values count as 1.',
  },
  {
    mistake: 'rows without a label',
    columns: { label: 'CASE WHEN n < 20 THEN NULL ELSE n % 2 END' },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- "label" is null in 20 rows (10%, first row 1).\ndocs/training-contract.md says what it must write.',
    why: 'The outcome of these rows was not known yet.',
    fix: 'Leave them out: `df.dropna(subset=["label"])`.',
  },
  {
    mistake: 'a column with another name',
    columns: { distance: null, distnce: 'n' },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- There is no column "distance". Did you mean "distnce"?\ndocs/training-contract.md says what it must write.',
    why: 'The dataset needs a column for each feature, with the same name.',
    fix: 'Rename the column, or the feature in wheelhouse.yaml.',
  },
  {
    mistake: 'text among numbers',
    columns: { distance: "CASE WHEN n = 16 THEN 'n/a' ELSE n::VARCHAR END" },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- "distance" is declared as a number, but is "n/a" in 1 row (0.5%, first row 17). Write null where there is no number, or declare it as a category.\ndocs/training-contract.md says what it must write.',
    why: 'A single word turns the column into text.',
    fix: '`pd.to_numeric(df["distance"], errors="coerce")`, which makes it null.',
  },
  {
    mistake: 'infinite numbers',
    columns: { distance: "CASE WHEN n = 3 THEN 'infinity'::DOUBLE ELSE n END" },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- "distance" is infinite in 1 row (0.5%, first row 4). Write null instead.\ndocs/training-contract.md says what it must write.',
    why: 'Usually a division by zero.',
    fix: '`df.replace([np.inf, -np.inf], np.nan)`.',
  },
  {
    mistake: 'a date as a feature',
    columns: { distance: "DATE '2001-01-01' + n::INTEGER % 31" },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- "distance" has the type DATE. Write a number, e.g. the days since a date.\ndocs/training-contract.md says what it must write.',
    why: 'Features are numbers or text.',
    fix: 'Write what matters about the date: hour, weekday, days since an event.',
  },
  {
    mistake: 'rows that repeat an id',
    columns: { id: 'n // 2' },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- "id" is not unique: 100 rows (50%, first row 2) repeat the id of an earlier row, e.g. "0". Rows that count twice make results look surer than they are.\ndocs/training-contract.md says what it must write.',
    why: 'A join has duplicated rows.',
    fix: 'Drop the duplicates, or leave the column `id` out if it is not an id.',
  },
  {
    mistake: 'rows outside the window',
    columns: { time: "TIMESTAMP '2001-01-20' + INTERVAL 4 HOUR * n" },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- "time" is outside the window that was asked for (2001-01-01T00:00:00.000Z to 2001-02-01T00:00:00.000Z) in 128 rows (64%, first row 73), e.g. "2001-02-01 00:00:00".\ndocs/training-contract.md says what it must write.',
    why: 'The program ignores the window, so the training would see the days of the evaluation.',
    fix: 'Filter by `window` of the request: `from` is inclusive, `to` is exclusive.',
  },
  {
    mistake: 'several mistakes at once',
    columns: {
      label: "CASE WHEN n = 0 THEN NULL WHEN n % 2 = 0 THEN 'late' ELSE 'on time' END",
      carrier: null,
    },
    sees: 'The rows that the dataset program of flights wrote (200) cannot be used:\n- There is no column "carrier".\n- "label" is null in 1 row (0.5%, first row 1).\n- "label" is text ("on time", "late"), e.g. "on time" in 199 rows (99.5%, first row 2). Write 1 for the positive class and 0 for the other: with pandas (df["label"] == "late").astype(int).\ndocs/training-contract.md says what it must write.',
    why: 'All errors are reported at once.',
    fix: 'Correct them all, then train again.',
  },
  {
    mistake: 'odd, but usable',
    columns: { distance: '5', carrier: "CASE WHEN n % 3 = 0 THEN 'AA' END" },
    sees: '"distance" is 5 in every row: the model cannot learn from it.\n"carrier" is null in 133 rows (66.5%, first row 2).',
    why: "Warnings only, on the run's card. A join without matches looks like this.",
    fix: 'Check the join; leave the column out if it contains no information.',
  },
];

export const cases: readonly Case[] = MISTAKES.map(({ columns, ...row }) => ({
  section: 'dataset',
  ...row,
  reproduce: () => inspect(columns),
}));
