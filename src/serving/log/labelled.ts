import { stat } from 'node:fs/promises';
import { DuckDBListValue, type DuckDBResult, type DuckDBVector } from '@duckdb/node-api';
import type { Window } from '../../core/model.ts';
import type {
  AnsweredColumns,
  LabelledColumns,
  PredictionQuestion,
} from '../../core/ports/predictions.ts';
import { ask, type Sources, where } from './ask.ts';
import { quoted, timestamp } from './duck.ts';
import { listSegments } from './segments.ts';

const HOUR_MS = 3_600_000;

/** Expressions by the name of a column. */
type Selected = Readonly<Record<string, string>>;

/**
 * Tables `predicted` and `last_label` of the predictions of `condition`. A prediction sent again under its ID counts
 * once per version; of several labels of one ID the last received counts.
 */
export function labelledTables(
  { predictions, labels }: Sources,
  condition: string,
  selected: Selected,
): string {
  const columns = Object.entries(selected).map(
    ([name, value]) => `arg_max(${value}, "time") AS ${name}`,
  );
  // Grouped rather than ranked: DuckDB 1.5.6 fails on a window function over such a union.
  return `WITH predicted AS (
      SELECT ${['id', 'version', 'max("time") AS "time"', ...columns].join(', ')}
      FROM (${predictions}) WHERE ${condition} GROUP BY id, version
    ), last_label AS (
      SELECT id, arg_max(label, received) AS label, arg_max(class, received) AS labelled
      FROM (${labels}) WHERE id IN (SELECT id FROM predicted) GROUP BY id
    )`;
}

/** The answers of a window. */
export async function readAnswered(
  folders: readonly string[],
  { version, window, answer, width }: PredictionQuestion,
  signal: AbortSignal,
): Promise<AnsweredColumns> {
  return ask(folders, { version, signal }, async (connection, { predictions }) => {
    const answers: number[] = [];
    const found = await connection.stream(
      `SELECT arg_max(${answer}, "time") FROM (${predictions})
       WHERE ${where(window, { version })} GROUP BY id ORDER BY hash(id), id`,
    );
    for await (const { rows, columns } of chunksOf(found))
      for (let row = 0; row < rows; row += 1)
        answers.push(...(numbersIn(columns[0], row, width) ?? []));
    return { rows: answers.length / width, answers: Float64Array.from(answers) };
  });
}

/** The labelled rows of a window, whenever their labels arrived. */
export async function readLabelledColumns(
  folders: readonly string[],
  {
    version,
    window,
    answer,
    width,
    features,
  }: PredictionQuestion & { features: readonly string[] },
  signal: AbortSignal,
): Promise<LabelledColumns> {
  const texts = features.map(
    (name, at) => [`text_${at}`, `json_extract_string(features, ${pathTo(name)})`] as const,
  );
  return ask(folders, { version, signal }, async (connection, sources) => {
    const selected = { answer, ...Object.fromEntries(texts) };
    const names = ['answer', 'label', 'labelled', ...texts.map(([name]) => name)];
    const found = await connection.stream(
      `${labelledTables(sources, where(window, { version }), selected)}
       SELECT ${names.join(', ')} FROM predicted LEFT JOIN last_label USING (id) ORDER BY hash(id), id`,
    );
    const answers: number[] = [];
    const labels: (number | string)[] = [];
    const values = features.map((): (string | null)[] => []);
    let predictions = 0;
    for await (const { rows, columns } of chunksOf(found)) {
      predictions += rows;
      const [answered, numbers, classes, ...read] = columns;
      for (let row = 0; row < rows; row += 1) {
        const label = numbers?.getItem(row) ?? classes?.getItem(row);
        if (typeof label !== 'number' && typeof label !== 'string') continue;
        const given = numbersIn(answered, row, width);
        if (!given) continue;
        answers.push(...given);
        labels.push(label);
        for (const [at, list] of values.entries()) list.push(textIn(read[at], row));
      }
    }
    return {
      ...{ predictions, rows: labels.length, labels, answers: Float64Array.from(answers) },
      features: Object.fromEntries(features.map((name, at) => [name, values[at] ?? []])),
    };
  });
}

/**
 * Hours of prediction time that got a label since then, oldest first. Without a file of labels that changed since, it
 * opens no database.
 */
export async function readLabelledSince(
  folders: readonly string[],
  version: number,
  since: Date,
  signal: AbortSignal,
): Promise<Window[]> {
  if (!(await haveLabelsSince(folders, since))) return [];
  return ask(folders, { version, signal }, async (connection, { predictions, labels }) => {
    const reader = await connection.runAndReadAll(
      `SELECT DISTINCT epoch_ms("time") // ${HOUR_MS} AS hour FROM (${predictions})
       WHERE version = ${version} AND id IN (SELECT id FROM (${labels}) WHERE received >= ${timestamp(since)})
       ORDER BY hour`,
    );
    return reader.getRowObjectsJS().map(({ hour }) => ({
      from: new Date(Number(hour) * HOUR_MS),
      to: new Date((Number(hour) + 1) * HOUR_MS),
    }));
  });
}

async function haveLabelsSince(folders: readonly string[], since: Date): Promise<boolean> {
  for (const folder of folders) {
    const { raw, parquet } = await listSegments(folder, 'labels');
    for (const { path } of [...raw, ...parquet]) {
      const found = await stat(path).catch(() => undefined);
      // Compacted in the meantime: its rows are in a newer file.
      if (!found || found.mtimeMs >= since.getTime()) return true;
    }
  }
  return false;
}

type Vector = DuckDBVector | undefined;

async function* chunksOf(
  result: DuckDBResult,
): AsyncGenerator<{ rows: number; columns: Vector[] }> {
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return;
    const columns = Array.from({ length: chunk.columnCount }, (_, at) => chunk.getColumnVector(at));
    yield { rows: chunk.rowCount, columns };
  }
}

/** The numbers of an answer; undefined if they are not `width` finite ones. */
function numbersIn(vector: Vector, row: number, width: number): number[] | undefined {
  const value = vector?.getItem(row);
  const items = value instanceof DuckDBListValue ? value.items : [value];
  const numbers = items.filter((item) => typeof item === 'number').filter(Number.isFinite);
  return numbers.length === width && items.length === width ? numbers : undefined;
}

function textIn(vector: Vector, row: number): string | null {
  const value = vector?.getItem(row);
  return typeof value === 'string' ? value : null;
}

/** A JSON path to a key of any name. */
const pathTo = (name: string) => quoted(`$.${JSON.stringify(name)}`);
