import { DuckDBInstance } from '@duckdb/node-api';
import type { Example } from '../core/example.ts';
import type { ModelSpec, Window } from '../core/model.ts';
import { holdsTimes, timeColumn, timeSql } from '../core/row-time.ts';
import type { LabelFacts, LabelSpec } from '../core/task.ts';
import type { ColumnFacts, DatasetFacts } from './facts.ts';
import { classesIn, classesSql, holdsOf, otherLabels } from './label.ts';
import { quote } from './sql.ts';
import { isNumeric, isText } from './types.ts';

const MOST_LABELS = 5;

/** A column of the result. One with a key counts rows whose first example can be requested. */
interface Wanted {
  sql: string;
  key?: string;
  column?: string;
  where?: string;
}

type Ask = (select: string, tail?: string) => Promise<Record<string, unknown>[]>;

/**
 * Measures a Parquet file for the declaration of its model: one query for the columns and one pass over the
 * rows. 100,000 rows of 20 columns take some tenths of a second. Throws if the file is not a Parquet file.
 */
export async function measureDataset(
  path: string,
  spec: Pick<ModelSpec, 'features' | 'task'>,
  window: Window,
): Promise<DatasetFacts> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    // Times without an offset are UTC, whatever the machine's time zone.
    await connection.run("SET TimeZone = 'UTC'");
    const ask: Ask = async (select, tail = '') => {
      const reader = await connection.runAndReadAll(
        `SELECT ${select} FROM read_parquet($path, file_row_number = true) ${tail}`,
        { path },
      );
      return reader.getRowObjectsJS();
    };
    const described = await connection.runAndReadAll('DESCRIBE SELECT * FROM read_parquet($path)', {
      path,
    });
    const columns = new Map(
      described
        .getRowObjectsJS()
        .map((row) => [String(row['column_name']), String(row['column_type'])]),
    );
    return await measure(ask, columns, spec, window);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function measure(
  ask: Ask,
  columns: ReadonlyMap<string, string>,
  { features, task: { label } }: Pick<ModelSpec, 'features' | 'task'>,
  window: Window,
): Promise<DatasetFacts> {
  const present = Object.keys(features).filter((name) => columns.has(name));
  const time = timeColumn(columns, features);
  const hasId = columns.has('id') && !Object.hasOwn(features, 'id');
  const hasLabel = columns.has('label');
  const typeOf = (name: string) => columns.get(name) ?? '';

  const wanted: Wanted[] = [{ sql: 'count(*)::DOUBLE AS "rows"' }];
  for (const [at, name] of present.entries())
    wanted.push(...columnSql(`f${at}`, name, typeOf(name), features[name] === 'number'));
  if (hasLabel) wanted.push(...labelSql(label, typeOf('label')));
  if (hasId)
    wanted.push(
      { sql: 'count(DISTINCT id)::DOUBLE AS ids' },
      { sql: 'count(id)::DOUBLE AS with_id' },
    );
  if (time) wanted.push(...timesSql(time, typeOf(time), window));

  const found = (await ask(wanted.map(({ sql }) => sql).join(',\n')))[0] ?? {};
  await addExamples(ask, wanted, found);
  const count = (name: string) => Number(found[name] ?? 0);
  return {
    rows: count('rows'),
    columns,
    features: new Map(
      present.map((name, at) => [name, columnFacts(found, `f${at}`, typeOf(name))]),
    ),
    ...(hasLabel && {
      label: await labelFacts(ask, label, typeOf('label'), found),
    }),
    ...(hasId && count('ids') < count('with_id') && { repeatedId: await repeated(ask) }),
    ...(time && {
      outside: {
        column: time,
        unreadable: example(found, 'time_unreadable'),
        outside: example(found, 'time_outside'),
      },
    }),
  };
}

function columnSql(key: string, name: string, type: string, isNumber: boolean): Wanted[] {
  const column = quote(name);
  const sql = [
    counted(`${key}_nulls`, column, missing(column, type)),
    { sql: `min(${column})::VARCHAR AS ${key}_min` },
    { sql: `max(${column})::VARCHAR AS ${key}_max` },
  ];
  if (!isNumber) return sql;
  const number = `TRY_CAST(${column} AS DOUBLE)`;
  if (isText(type))
    sql.push(counted(`${key}_unreadable`, column, `${column} IS NOT NULL AND ${number} IS NULL`));
  if (isText(type) || isNumeric(type))
    sql.push(
      counted(`${key}_infinite`, column, `isinf(${number})`),
      counted(`${key}_fractions`, column, `isfinite(${number}) AND ${number} <> trunc(${number})`),
    );
  return sql;
}

function labelSql(spec: LabelSpec, type: string): Wanted[] {
  return [
    ...columnSql('label', 'label', type, false),
    ...(spec.kind === 'number'
      ? [counted('label_other', 'label', otherLabels(spec, missing('label', type)))]
      : []),
    { sql: `approx_top_k(label::VARCHAR, ${MOST_LABELS}) AS label_values` },
  ];
}

async function labelFacts(
  ask: Ask,
  { kind }: LabelSpec,
  type: string,
  found: Record<string, unknown>,
): Promise<LabelFacts> {
  const { select, tail } = classesSql(type, missing('label', type));
  return {
    ...columnFacts(found, 'label', type),
    holds: holdsOf(type),
    other: example(found, 'label_other'),
    values: textsIn(found['label_values']),
    classes: kind === 'class' ? classesIn(await ask(select, tail)) : [],
  };
}

function timesSql(name: string, type: string, { from, to }: Window): Wanted[] {
  const column = quote(name);
  if (!holdsTimes(type)) return [];
  const time = timeSql(column);
  return [
    counted('time_unreadable', column, `${column} IS NOT NULL AND ${time} IS NULL`),
    counted('time_outside', column, `${time} < ${from.getTime()} OR ${time} >= ${to.getTime()}`),
  ];
}

/** Only queried if the column exists: it sorts the entire column. */
async function repeated(ask: Ask): Promise<Example | undefined> {
  const [found] = await ask(
    `count(*)::DOUBLE AS id_count, min(n)::DOUBLE AS id_row, arg_min(id, n)::VARCHAR AS id_value FROM (
       SELECT id, file_row_number AS n, row_number() OVER (PARTITION BY id ORDER BY file_row_number) AS nth`,
    ') WHERE nth > 1 AND id IS NOT NULL',
  );
  return found && example(found, 'id');
}

function missing(column: string, type: string): string {
  return /^(?:DOUBLE|FLOAT)$/.test(type)
    ? `${column} IS NULL OR isnan(${column})`
    : `${column} IS NULL`;
}

/** How many rows have each property; `addExamples` finds the first of them. */
function counted(key: string, column: string, where: string): Wanted {
  return { key, column, where, sql: `count_if(${where})::DOUBLE AS ${key}_count` };
}

/**
 * Only queried for properties that occur: most columns have none, and finding a first row costs more than
 * counting.
 */
async function addExamples(
  ask: Ask,
  wanted: readonly Wanted[],
  found: Record<string, unknown>,
): Promise<void> {
  const some = wanted.flatMap(({ key, column, where }) => {
    if (key === undefined || Number(found[`${key}_count`]) === 0) return [];
    const filter = `FILTER (WHERE ${where})`;
    return [
      `min(file_row_number) ${filter}::DOUBLE AS ${key}_row`,
      `arg_min_null(${column}, file_row_number) ${filter}::VARCHAR AS ${key}_value`,
    ];
  });
  if (some.length > 0) Object.assign(found, (await ask(some.join(',\n')))[0]);
}

function columnFacts(found: Record<string, unknown>, key: string, type: string): ColumnFacts {
  const [least, most] = [found[`${key}_min`], found[`${key}_max`]];
  return {
    type,
    nulls: example(found, `${key}_nulls`),
    constant: typeof least === 'string' && least === most ? least : undefined,
    unreadable: example(found, `${key}_unreadable`),
    infinite: example(found, `${key}_infinite`),
    fractions: example(found, `${key}_fractions`),
  };
}

function example(found: Record<string, unknown>, key: string): Example | undefined {
  const count = Number(found[`${key}_count`] ?? 0);
  if (count === 0) return undefined;
  const value = found[`${key}_value`];
  return {
    count,
    row: Number(found[`${key}_row`]) + 1,
    value: typeof value === 'string' ? value : undefined,
  };
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
