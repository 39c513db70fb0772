import { DuckDBListValue, type DuckDBValue } from '@duckdb/node-api';
import type { LoggedRequests, PredictionQuestion } from '../../core/ports/predictions.ts';
import { openAsked, where } from './ask.ts';

/** The whole log never fits in memory; this many rows with their features do. */
const BATCH_ROWS = 65_536;

type Asked = Omit<PredictionQuestion, 'version'> & { features: readonly string[] };

/**
 * All requests of a window in order of time, with what was answered and the last label. A segment that a compaction
 * replaces while it is read ends the reading with an error: ask again.
 */
export async function* readRequests(
  folders: readonly string[],
  { window, answer, width, features }: Asked,
  signal: AbortSignal,
): AsyncGenerator<LoggedRequests> {
  const { connection, sources, close } = await openAsked(folders, signal);
  try {
    const found = await connection.stream(
      `SELECT p.version, epoch_ms(p."time") AS "time", p.features, p.${answer} AS answer, l.label, l.class
       FROM (SELECT * FROM (${sources.predictions}) WHERE ${where(window, {})}) p
       LEFT JOIN (
         SELECT id, arg_max(label, received) AS label, arg_max(class, received) AS class
         FROM (${sources.labels}) GROUP BY id
       ) l USING (id)
       ORDER BY p."time", p.id, p.version`,
    );
    let batch: DuckDBValue[][] = [];
    for (;;) {
      signal.throwIfAborted();
      const chunk = await found.fetchChunk();
      const isLast = !chunk || chunk.rowCount === 0;
      if (!isLast) batch.push(...chunk.getRows());
      if (batch.length >= BATCH_ROWS || (isLast && batch.length > 0)) {
        yield columnsOf(batch, features, width);
        batch = [];
      }
      if (isLast) return;
    }
  } finally {
    close();
  }
}

function columnsOf(
  batch: readonly DuckDBValue[][],
  features: readonly string[],
  width: number,
): LoggedRequests {
  const rows = batch.length;
  const sent = batch.map(([, , text]) => fieldsOf(text));
  const answers = new Float64Array(rows * width).fill(Number.NaN);
  for (const [row, [, , , answer]] of batch.entries())
    for (const [at, value] of numbersOf(answer, width).entries()) answers[row * width + at] = value;
  return {
    ...{ rows, answers },
    versions: Int32Array.from(batch, ([version]) => Number(version)),
    times: Float64Array.from(batch, ([, time]) => Number(time)),
    features: Object.fromEntries(
      features.map((name) => [name, sent.map((fields) => plain(fields[name]))]),
    ),
    incomplete: Uint8Array.from(sent, (fields) =>
      features.every((name) => Object.hasOwn(fields, name)) ? 0 : 1,
    ),
    labels: batch.map(([, , , , label, name]) => plain(label) ?? plain(name)),
  };
}

/** Parsed here and not by DuckDB, as the gateway did: the same text gives the same number. */
function fieldsOf(text: unknown): Record<string, unknown> {
  const fields: unknown = typeof text === 'string' ? JSON.parse(text) : {};
  return typeof fields === 'object' && fields !== null ? { ...fields } : {};
}

function numbersOf(answer: DuckDBValue | undefined, width: number): number[] {
  const items = answer instanceof DuckDBListValue ? answer.items : [answer];
  const numbers = items.filter((item) => typeof item === 'number');
  return numbers.length === width && items.length === width ? numbers : [];
}

const plain = (value: unknown): number | string | null =>
  typeof value === 'number' || typeof value === 'string' ? value : null;
