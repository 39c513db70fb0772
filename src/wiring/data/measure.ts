import type { DataSource } from '../../core/data.ts';
import type { ModelSpec } from '../../core/model.ts';
import type { ArrivalFacts } from '../../core/ports/arrivals.ts';
import { holdsTimes, timeColumn, timeSql } from '../../core/row-time.ts';
import { textSql } from '../../datasets/files/columns.ts';
import { countNulls } from '../../datasets/files/nulls.ts';
import type { Table, Tables } from '../../datasets/files/open.ts';
import { otherLabels } from '../../datasets/label.ts';
import { quote } from '../../datasets/sql.ts';
import { compareFiles } from '../files/compare-files.ts';

interface About {
  model: ModelSpec;
  source: DataSource;
  /** Of the reference, the second table, if there is one. */
  version: number | undefined;
}

type Ask = (sql: string) => Promise<Record<string, unknown>>;

/** Measures the first of the open tables, and compares its features and label with the second. */
export async function measureArrival(
  { tables, connection }: Tables,
  { model, source, version }: About,
): Promise<ArrivalFacts> {
  const [table, reference] = tables;
  if (!table) throw new Error('measuring an arrival takes a table');
  const ask: Ask = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS()[0] ?? {};
  const label = [model.label, 'label'].find((name) => table.columns.has(name));
  const features = Object.keys(model.features).filter((name) => table.columns.has(name));
  const declared = [...features, ...(label === undefined ? [] : [label])];
  const nulls = await countNulls(table, [...table.columns.keys()], connection);
  const isEmpty = (name: string) => nulls.get(name) === table.rows;
  const labels = label === undefined ? undefined : await measureLabels(label, table, model, ask);
  const times = await measureTimes(table, { model, source }, ask);
  const shared = reference ? declared.filter((name) => reference.columns.has(name)) : [];
  const compared =
    reference && shared.length > 0 && table.rows > 0
      ? await compareFiles(
          { tables: [reference, table], connection },
          { columns: shared, ignore: [] },
        )
      : undefined;
  return {
    rows: table.rows,
    // A file without types calls a column without values whatever it likes.
    columns: [...table.columns].map(([name, type]) => ({ name, type: isEmpty(name) ? '' : type })),
    nulls: declared.map((column) => ({ column, rows: nulls.get(column) ?? 0 })),
    unreadable: await measureNumbers(features, table, model, ask),
    ...(labels && { labels }),
    ...(times && { times }),
    ...(compared &&
      version !== undefined && {
        drift: {
          version,
          columns: compared.columns.map(({ name, psi = 0, verdict }) => ({
            ...{ column: name, psi, drifted: verdict === 'drift' },
          })),
        },
      }),
  };
}

/** Features that are declared as numbers, and hold something else. */
async function measureNumbers(
  features: readonly string[],
  { sql, columns }: Table,
  model: ModelSpec,
  ask: Ask,
): Promise<ArrivalFacts['unreadable']> {
  const texts = features.filter(
    (name) => model.features[name] === 'number' && columns.get(name) === 'VARCHAR',
  );
  const found: ArrivalFacts['unreadable'] = [];
  for (const column of texts) {
    const name = quote(column);
    const is = `${name} IS NOT NULL AND TRY_CAST(${name} AS DOUBLE) IS NULL`;
    const { n, example } = await ask(
      `SELECT count_if(${is})::DOUBLE AS n, min(${name}) FILTER (WHERE ${is})::VARCHAR AS example FROM ${sql}`,
    );
    if (Number(n) > 0) found.push({ column, rows: Number(n), example: String(example) });
  }
  return found;
}

async function measureLabels(
  column: string,
  { sql, columns }: Table,
  { task, classes }: ModelSpec,
  ask: Ask,
): Promise<NonNullable<ArrivalFacts['labels']>> {
  const other = otherThan(task.label, columns.get(column) ?? '', classes);
  if (other === undefined) return { column, rows: 0 };
  const { n, example } = await ask(
    `SELECT count_if(${other})::DOUBLE AS n, min(label::VARCHAR) FILTER (WHERE ${other}) AS example
       FROM (SELECT ${quote(column)} AS label FROM ${sql})`,
  );
  const rows = Number(n);
  return { column, rows, ...(rows > 0 && { example: String(example) }) };
}

/** Rows with a label that the task does not know, as SQL; undefined for classes that are not declared. */
function otherThan(
  label: ModelSpec['task']['label'],
  type: string,
  classes: ModelSpec['classes'],
): string | undefined {
  if (label.kind === 'number') return otherLabels(label, 'label IS NULL');
  if (!classes) return undefined;
  const known = classes.map((name) => `'${name.replaceAll("'", "''")}'`).join(', ');
  return `label IS NOT NULL AND ${textSql('label', type)} NOT IN (${known})`;
}

async function measureTimes(
  { sql, columns }: Table,
  { model, source }: Pick<About, 'model' | 'source'>,
  ask: Ask,
): Promise<ArrivalFacts['times']> {
  const column = source.rules.time ?? timeColumn(columns, model.features);
  if (column === undefined || !holdsTimes(columns.get(column) ?? '')) return undefined;
  const time = timeSql(quote(column));
  const found = await ask(
    `SELECT min(${time})::DOUBLE AS first, max(${time})::DOUBLE AS last FROM ${sql}`,
  );
  if (found['first'] === null || found['first'] === undefined) return undefined;
  return { column, from: new Date(Number(found['first'])), to: new Date(Number(found['last'])) };
}
