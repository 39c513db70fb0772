import type { Window } from '../../core/model.ts';
import type { LoggedAnswer, PredictionRow } from '../../core/ports/serving.ts';
import { ask, type Question, where } from './ask.ts';

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
