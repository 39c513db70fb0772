import type { DuckDBConnection } from '@duckdb/node-api';
import type { WheelhouseError } from '../../core/errors.ts';
import type { Window } from '../../core/model.ts';
import type { LoggedAnswer, PredictionRow } from '../../core/ports/serving.ts';
import { setAsideUnreadable } from './damaged.ts';
import { rowsOf, withDuck, within } from './duck.ts';
import { listSegments, type SegmentKind, type Segments } from './segments.ts';

interface Question {
  version?: number;
  signal?: AbortSignal;
  /**
   * Called for segments that could not be read and were moved aside; without it the first one ends the reading.
   */
  onProblem?(problem: WheelhouseError): void;
}

interface LabelledRow extends LoggedAnswer {
  id: string;
  version: number;
  /** Of the prediction. */
  time: Date;
  /** The label: a number, or the name of a class. */
  label: number | string;
}

export interface Labelled {
  /** Predictions in the window, labelled or not: the basis of coverage. */
  predictions: number;
  rows: LabelledRow[];
}

/** What was answered in a window of prediction time, ordered by time. A score that was NaN is NaN. */
export async function readPredictions(
  folders: readonly string[],
  window: Window,
  question: Question = {},
): Promise<Omit<PredictionRow, 'model' | 'environment'>[]> {
  const rows = await ask(folders, question, async (connection, { predictions }) => {
    const reader = await connection.runAndReadAll(
      `SELECT * FROM (${predictions}) WHERE ${where(window, question)} ORDER BY "time", id`,
    );
    return reader.getRowObjectsJS();
  });
  return rows.map((row) => ({
    id: String(row['id']),
    time: dateOf(row['time']).toISOString(),
    version: Number(row['version']),
    features: JSON.parse(String(row['features'])),
    ...(row['elsewhere'] === true && { elsewhere: true }),
    ...answerOf(row),
  }));
}

/**
 * Predictions of a window with their labels, whenever those arrived. For several labels of one ID the last
 * received counts, and a prediction sent again under its ID counts once per version.
 */
export async function readLabelled(
  folders: readonly string[],
  window: Window,
  question: Question = {},
): Promise<Labelled> {
  const rows = await ask(folders, question, async (connection, sources) => {
    const reader = await connection.runAndReadAll(`
      -- Grouped rather than ranked: DuckDB 1.5.6 fails on a window function over such a union.
      WITH predicted AS (
        SELECT id, version, max("time") AS "time",
          ${ANSWERS.map((name) => `arg_max(${name}, "time") AS ${name}`).join(', ')}
        FROM (${sources.predictions}) WHERE ${where(window, question)} GROUP BY id, version
      ), last_label AS (
        SELECT id, arg_max(label, received) AS label, arg_max(class, received) AS labelled FROM (${sources.labels})
        WHERE id IN (SELECT id FROM predicted) GROUP BY id
      )
      SELECT predicted.*, label, labelled FROM predicted LEFT JOIN last_label USING (id) ORDER BY "time", id, version`);
    return reader.getRowObjectsJS();
  });
  return {
    predictions: rows.length,
    rows: rows
      .filter((row) => row['label'] !== null || row['labelled'] !== null)
      .map((row) => ({
        id: String(row['id']),
        version: Number(row['version']),
        time: dateOf(row['time']),
        ...answerOf(row),
        label: row['label'] === null ? String(row['labelled']) : Number(row['label']),
      })),
  };
}

/**
 * The latest prediction time in the log. Reads statistics of Parquet files, and raw segments in full:
 * `ProfileStore.watermark` is cheaper if profiles are kept.
 */
export async function readWatermark(
  folders: readonly string[],
  question: Question = {},
): Promise<Date | undefined> {
  const { version } = question;
  const of = version === undefined ? '' : ` WHERE version = ${version}`;
  const [row] = await ask(folders, question, async (connection, { predictions }) => {
    const reader = await connection.runAndReadAll(
      `SELECT max("time") AS latest FROM (${predictions})${of}`,
    );
    return reader.getRowObjectsJS();
  });
  return row?.['latest'] instanceof Date ? row['latest'] : undefined;
}

function where(window: Window, { version }: Question): string {
  return within('"time"', window) + (version === undefined ? '' : ` AND version = ${version}`);
}

interface Sources {
  predictions: string;
  labels: string;
}

async function ask<T>(
  folders: readonly string[],
  { signal, onProblem }: Question,
  query: (connection: DuckDBConnection, sources: Sources) => Promise<T>,
): Promise<T> {
  return withDuck(async (connection) => {
    for (let attempt = 1; ; attempt += 1) {
      const predictions = await listAll(folders, 'predictions');
      const labels = await listAll(folders, 'labels');
      try {
        return await query(connection, {
          predictions: rowsOf('predictions', predictions),
          labels: rowsOf('labels', labels),
        });
      } catch (error) {
        signal?.throwIfAborted();
        if (onProblem) {
          const all = { predictions, labels };
          let moved = 0;
          for (const kind of ['predictions', 'labels'] as const)
            moved += await setAsideUnreadable(
              connection,
              kind,
              [...all[kind].raw, ...all[kind].parquet],
              onProblem,
            );
          if (moved > 0) continue;
        }
        // A compaction has replaced a file in the meantime: look again.
        const gone =
          error instanceof Error &&
          /No files found|No such file|Cannot open file/.test(error.message);
        if (!gone || attempt === 5) throw error;
      }
    }
  }, signal);
}

/** Names include the writer, so nothing is in two folders. */
async function listAll(
  folders: readonly string[],
  kind: SegmentKind,
): Promise<Pick<Segments, 'raw' | 'parquet'>> {
  const listed = await Promise.all(folders.map((folder) => listSegments(folder, kind)));
  return {
    raw: listed.flatMap(({ raw }) => raw),
    parquet: listed.flatMap(({ parquet }) => parquet),
  };
}

function dateOf(value: unknown): Date {
  return value instanceof Date ? value : new Date(Number.NaN);
}

/** The columns that an answer may have. */
const ANSWERS = ['score', 'value', 'class', 'probabilities'] as const;

/**
 * The part of a row that is the answer. JSON and DuckDB store NaN as null; a row with nothing else is returned
 * as a NaN score, whatever it was.
 */
function answerOf({
  score,
  value,
  class: name,
  probabilities,
}: Record<string, unknown>): LoggedAnswer {
  if (typeof name === 'string') return { class: name, ...listOf(probabilities) };
  if (typeof value === 'number') return { value };
  return { score: typeof score === 'number' ? score : Number.NaN };
}

function listOf(list: unknown): Pick<LoggedAnswer, 'probabilities'> {
  if (!Array.isArray(list)) return {};
  return { probabilities: list.map((one) => (typeof one === 'number' ? one : Number.NaN)) };
}
