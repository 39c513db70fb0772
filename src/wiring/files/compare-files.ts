import { countCategories } from '../../datasets/files/categories.ts';
import { countNulls } from '../../datasets/files/nulls.ts';
import type { Table, Tables } from '../../datasets/files/open.ts';
import {
  type Chosen,
  chooseColumns,
  type SharedColumn,
} from '../../datasets/files/shared-columns.ts';
import { compareCategories } from '../../monitoring/files/categories.ts';
import type { ColumnFigures } from '../../monitoring/files/figures.ts';
import {
  type FilesVerdict,
  type JudgedColumn,
  judgeColumns,
} from '../../monitoring/files/judge.ts';
import { share } from '../../monitoring/profile/shares.ts';
import { measureNumbers } from './measure-numbers.ts';

export interface Asked {
  columns?: readonly string[] | undefined;
  ignore: readonly string[];
}

export interface FilesCompared {
  verdict: FilesVerdict;
  columns: JudgedColumn[];
  files: { name: string; rows: number }[];
}

/** Compares the columns of two open files, the reference first. Throws NotFound for a column that is not there. */
export async function compareFiles(opened: Tables, asked: Asked): Promise<FilesCompared> {
  const [reference, current] = opened.tables;
  if (!reference || !current) throw new Error('comparing files takes two');
  const chosen = await chooseColumns(opened, asked);
  const measured = new Map<string, ColumnFigures>();
  const numeric = chosen.shared.flatMap(({ name, type }) => (type === 'numeric' ? [name] : []));
  const measureCategories = async () => {
    for (const { name, type } of chosen.shared)
      if (type === 'categorical')
        measured.set(name, compareCategories(name, await countCategories(name, opened)));
  };
  const pair = [reference, current] as const;
  for (const figures of await measureNumbers(numeric, pair, opened, measureCategories))
    measured.set(figures.name, figures);
  await measureNulls(chosen, opened, [reference, current], measured);
  const { verdict, columns } = judgeColumns(
    chosen.shared.flatMap(({ name }) => measured.get(name) ?? []),
  );
  return {
    verdict,
    columns: [
      ...columns,
      ...(await alone(chosen.only.reference, reference, opened, 'only in reference')),
      ...(await alone(chosen.only.current, current, opened, 'only in current')),
    ],
    files: opened.tables.map(({ name, rows }) => ({ name, rows })),
  };
}

type Pair = readonly [Table, Table];

/** Of times and nested values only the missing ones are compared. */
async function measureNulls(
  { shared }: Chosen,
  { connection }: Tables,
  [reference, current]: Pair,
  measured: Map<string, ColumnFigures>,
): Promise<void> {
  const left = shared.filter(({ name }) => !measured.has(name));
  const names = left.map(({ name }) => name);
  const before = await countNulls(reference, names, connection);
  const after = await countNulls(current, names, connection);
  for (const { name, type } of left) {
    const rows = { reference: reference.rows, current: current.rows };
    const nulls = { reference: before.get(name) ?? 0, current: after.get(name) ?? 0 };
    measured.set(name, {
      ...{ name, type, rows, nulls, bins: [] },
      values: {
        reference: rows.reference - nulls.reference,
        current: rows.current - nulls.current,
      },
      shares: [share('null', [nulls.reference, nulls.current], [rows.reference, rows.current])],
    });
  }
}

async function alone(
  columns: readonly SharedColumn[],
  table: Table,
  { connection }: Tables,
  verdict: 'only in reference' | 'only in current',
): Promise<JudgedColumn[]> {
  const names = columns.map(({ name }) => name);
  const nulls = await countNulls(table, names, connection);
  const both = (count: number) =>
    verdict === 'only in reference'
      ? { reference: count, current: 0 }
      : { reference: 0, current: count };
  return columns.map(({ name, type }) => ({
    ...{ name, type, verdict, reasons: [], shares: [], bins: [] },
    rows: both(table.rows),
    nulls: both(nulls.get(name) ?? 0),
  }));
}
