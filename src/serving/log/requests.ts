import type { DuckDBDataChunk, DuckDBValue } from '@duckdb/node-api';
import type { FeatureSchema } from '../../core/model.ts';
import type {
  LoggedRequests,
  PredictionQuestion,
  RequestBatch,
} from '../../core/ports/predictions.ts';
import { ask, isGone, openAsked, where } from './ask.ts';
import { quoted } from './duck.ts';
import { withFeatures } from './features-sql.ts';
import { COLUMNS, fieldsOf, plain, requestRows, writeNumbers } from './request-rows.ts';

/** The whole log never fits in memory; this many rows with their features do. */
const BATCH_ROWS = 65_536;
/** DuckDB hands rows out in chunks of at most this many. */
const CHUNK_ROWS = 2048;

type Asked = Omit<PredictionQuestion, 'version'>;

/** Where reading goes on after a row. */
interface Row {
  time: bigint;
  id: string;
  version: number;
}

/** How often a compaction may replace a file that is being read. */
const ATTEMPTS = 5;

/**
 * All requests of a window in order of time, with what was answered and the last label. If a compaction replaces a
 * segment meanwhile, reading goes on after the last row that was handed out, on the segments as they are then.
 */
export async function* readRequests(
  folders: readonly string[],
  asked: Asked & { features: FeatureSchema },
  signal: AbortSignal,
): AsyncGenerator<RequestBatch> {
  let last: Row | undefined;
  for (let attempt = 1; ; ) {
    try {
      for await (const { batch, end } of batchesAfter(folders, asked, last, signal)) {
        yield batch;
        last = end;
        attempt = 1;
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!isGone(error) || attempt === ATTEMPTS) throw error;
      attempt += 1;
    }
  }
}

async function* batchesAfter(
  folders: readonly string[],
  { window, answer, features, width }: Asked & { features: FeatureSchema },
  last: Row | undefined,
  signal: AbortSignal,
): AsyncGenerator<{ batch: RequestBatch; end: Row }> {
  const { connection, sources, close } = await openAsked(folders, signal);
  const rest = last
    ? ` AND ("time", id, version) > (make_timestamp(${last.time}::BIGINT), ${quoted(last.id)}, ${last.version})`
    : '';
  const asked = `SELECT * FROM (${sources.predictions}) WHERE ${where(window, {})}${rest}`;
  const { query, names } = withFeatures(asked, features);
  try {
    const found = await connection.stream(
      `SELECT p.version, epoch_ms(p."time")::DOUBLE AS "time", p.${answer} AS answer, l.label, l.class, p.odd,
         ${names.map((name) => `p.${name}, `).join('')}epoch_us(p."time") AS at, p.id
       FROM (${query}) p LEFT JOIN (${lastLabels(sources.labels)}) l USING (id)
       ORDER BY p."time", p.id, p.version`,
    );
    const empty = () => requestRows(features, width, BATCH_ROWS + CHUNK_ROWS);
    let read = empty();
    let end: Row | undefined;
    for (;;) {
      signal.throwIfAborted();
      const chunk = await found.fetchChunk();
      const isLast = !chunk || chunk.rowCount === 0;
      if (!isLast) {
        read.add(chunk);
        end = endOf(chunk, COLUMNS.length + names.length);
      }
      if (end && (read.rows >= BATCH_ROWS || (isLast && read.rows > 0))) {
        yield { batch: read.batch(), end };
        read = empty();
      }
      if (isLast) return;
    }
  } finally {
    close();
  }
}

/** Of the last row only: reading the IDs of all as text would take as long as everything else. */
function endOf(chunk: DuckDBDataChunk, place: number): Row {
  const last = (column: number) => chunk.getColumnVector(column).getItem(chunk.rowCount - 1);
  const [version, at, id] = [last(0), last(place), last(place + 1)];
  if (typeof at !== 'bigint') throw new Error('a logged request without a time');
  return { time: at, id: String(id), version: Number(version) };
}

const lastLabels = (labels: string) =>
  `SELECT id, arg_max(label, received) AS label, arg_max(class, received) AS class FROM (${labels}) GROUP BY id`;

/**
 * The newest requests of a window that have a label, in order of time: a request that was logged twice counts once.
 * @param rows how many at most
 */
export async function readNewestLabelled(
  folders: readonly string[],
  { window, answer, width, features }: Asked & { features: readonly string[] },
  rows: number,
  signal: AbortSignal,
): Promise<LoggedRequests> {
  return ask(folders, { signal }, async (connection, sources) => {
    // Features are read of the chosen rows only.
    const found = await connection.runAndReadAll(
      `WITH l AS (${lastLabels(sources.labels)}),
       chosen AS (
         SELECT p.id, max(p."time") AS "time" FROM (${sources.predictions}) p JOIN l USING (id)
         WHERE ${where(window, {})} GROUP BY p.id ORDER BY 2 DESC, 1 LIMIT ${rows}
       )
       SELECT max(p.version), epoch_ms(chosen."time"), arg_max(p.features, p.version),
         arg_max(p.${answer}, p.version), any_value(l.label), any_value(l.class)
       FROM (${sources.predictions}) p
       JOIN chosen ON p.id = chosen.id AND p."time" = chosen."time" JOIN l ON l.id = chosen.id
       GROUP BY chosen."time", chosen.id ORDER BY chosen."time", chosen.id`,
    );
    return columnsOf(found.getColumns(), features, width);
  });
}

/** Version, time, features, answer, label and class: columns of rows. */
function columnsOf(
  [versions = [], times = [], texts = [], given = [], labels = [], names = []]: DuckDBValue[][],
  features: readonly string[],
  width: number,
): LoggedRequests {
  const rows = versions.length;
  const answers = new Float64Array(rows * width).fill(Number.NaN);
  for (let row = 0; row < rows; row += 1) writeNumbers(given[row], answers, row * width, width);
  // Row by row into its columns: a million objects that live until all are parsed cost as much as parsing them.
  const columns = features.map(() => new Array<number | string | null>(rows).fill(null));
  const incomplete = new Uint8Array(rows);
  for (let row = 0; row < rows; row += 1) {
    // Parsed here and not by DuckDB, as the gateway did.
    const sent = fieldsOf(texts[row]);
    for (let at = 0; at < features.length; at += 1) {
      const name = features[at] ?? '';
      const column = columns[at];
      if (!Object.hasOwn(sent, name)) incomplete[row] = 1;
      else if (column) column[row] = plain(sent[name]);
    }
  }
  return {
    ...{ rows, answers, incomplete },
    versions: Int32Array.from(versions, Number),
    times: Float64Array.from(times, Number),
    features: Object.fromEntries(features.map((name, at) => [name, columns[at] ?? []])),
    labels: labels.map((label, row) => plain(label) ?? plain(names[row])),
  };
}
