import { stat } from 'node:fs/promises';
import { DuckDBListValue, type DuckDBResult, type DuckDBVector } from '@duckdb/node-api';
import type { Window } from '../../core/model.ts';
import type {
  AnsweredColumns,
  LabelledColumns,
  PredictionQuestion,
} from '../../core/ports/predictions.ts';
import { ask, where } from './ask.ts';
import { quoted, timestamp } from './duck.ts';
import { listSegments } from './segments.ts';

const HOUR_MS = 3_600_000;

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
       WHERE ${where(window, { version })} GROUP BY id ORDER BY 1`,
    );
    for await (const { rows, columns } of chunksOf(found))
      for (let row = 0; row < rows; row += 1) addAnswer(answers, columns[0], row, width);
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
    (name, at) => [`text_${at}`, `json_extract_string(p.features, ${pathTo(name)})`] as const,
  );
  return ask(folders, { version, signal }, async (connection, sources) => {
    const columns = [
      `arg_max(p.${answer}, p."time") AS answer`,
      'arg_max(l.label, l.received) AS label',
      'arg_max(l.class, l.received) AS labelled',
      ...texts.map(([name, value]) => `arg_max(${value}, p."time") AS ${name}`),
    ];
    const names = ['answer', 'label', 'labelled', ...texts.map(([name]) => name)];
    // Joined before they are grouped, which takes half as long: a row that is there several times changes no maximum.
    // In the order of the values, so that the same rows give the same sums to the last digit.
    const found = await connection.stream(
      `SELECT * FROM (
         SELECT ${columns.join(', ')}
         FROM (SELECT * FROM (${sources.predictions}) WHERE ${where(window, { version })}) p
         LEFT JOIN (${sources.labels}) l USING (id) GROUP BY p.id
       ) ORDER BY ${names.join(', ')}`,
    );
    const answers: number[] = [];
    const labels: (number | string)[] = [];
    const values = features.map((): (string | null)[] => []);
    let predictions = 0;
    for await (const { rows, columns: read } of chunksOf(found)) {
      predictions += rows;
      const [answered, numbers, classes, ...told] = read;
      for (let row = 0; row < rows; row += 1) {
        const label = numbers?.getItem(row) ?? classes?.getItem(row);
        if (typeof label !== 'number' && typeof label !== 'string') continue;
        if (!addAnswer(answers, answered, row, width)) continue;
        labels.push(label);
        for (let at = 0; at < values.length; at += 1) values[at]?.push(textIn(told[at], row));
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

/** Adds the numbers of an answer; adds nothing, and is false, if they are not `width` finite ones. */
function addAnswer(answers: number[], vector: Vector, row: number, width: number): boolean {
  const value = vector?.getItem(row);
  if (typeof value === 'number') {
    if (width !== 1 || !Number.isFinite(value)) return false;
    answers.push(value);
    return true;
  }
  const items = value instanceof DuckDBListValue ? value.items : [];
  const numbers = items.filter((item) => typeof item === 'number').filter(Number.isFinite);
  if (numbers.length !== width || items.length !== width) return false;
  answers.push(...numbers);
  return true;
}

function textIn(vector: Vector, row: number): string | null {
  const value = vector?.getItem(row);
  return typeof value === 'string' ? value : null;
}

/** A JSON path to a key of any name. */
const pathTo = (name: string) => quoted(`$.${JSON.stringify(name)}`);
