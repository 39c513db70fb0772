import type { LoggedPrediction } from '../../core/ports/predictions.ts';
import { isGone } from './ask.ts';
import { openDuck, quoted, rowsOf } from './duck.ts';
import { listSegments } from './segments.ts';

/** The folders of one endpoint. */
export interface Place {
  model: string;
  environment: string;
  folders: readonly string[];
}

const ATTEMPTS = 5;

/**
 * The requests with that ID in all of the places, oldest first: the same ID may have been sent to several endpoints, and
 * twice to one. The ID of a request finds its rows too, which are `ID#0`, `ID#1` and so on. Reads the column of IDs of the whole log; the segments as they are, again if a compaction replaces them.
 */
export async function findPredictions(
  places: readonly Place[],
  id: string,
  signal?: AbortSignal,
): Promise<LoggedPrediction[]> {
  const { connection, close } = await openDuck(signal);
  try {
    for (let attempt = 1; ; attempt += 1) {
      const parts = await Promise.all(places.map((place, at) => rowsIn(place, at, id)));
      const query = parts.flatMap((part) => part ?? []).join(' UNION ALL ');
      if (query === '') return [];
      try {
        const found = await connection.runAndReadAll(
          `SELECT * FROM (${query}) ORDER BY "time", id`,
        );
        return found.getRowObjectsJS().flatMap((row) => predictionIn(row, places) ?? []);
      } catch (error) {
        signal?.throwIfAborted();
        if (!isGone(error) || attempt === ATTEMPTS) throw error;
      }
    }
  } finally {
    close();
  }
}

/** Undefined for an endpoint that has logged nothing. */
async function rowsIn({ folders }: Place, at: number, id: string): Promise<string | undefined> {
  const segments = await Promise.all(folders.map((one) => listSegments(one, 'predictions')));
  const raw = segments.flatMap((one) => one.raw);
  const parquet = segments.flatMap((one) => one.parquet);
  if (raw.length + parquet.length === 0) return undefined;
  const rows = rowsOf('predictions', { raw, parquet });
  return `SELECT ${at} AS place, id, version, "time", features, score, value, class
    FROM (${rows}) WHERE id = ${quoted(id)} OR starts_with(id, ${quoted(`${id}#`)})`;
}

function predictionIn(
  { place, id, version, time, features, ...answer }: Record<string, unknown>,
  places: readonly Place[],
): LoggedPrediction | undefined {
  const { model, environment } = places[Number(place)] ?? {};
  if (model === undefined || environment === undefined || !(time instanceof Date)) return undefined;
  const said = answer['class'] ?? answer['value'] ?? answer['score'];
  const sent: unknown = typeof features === 'string' ? JSON.parse(features) : {};
  return {
    ...{ id: String(id), model, environment, version: Number(version), time },
    answer: typeof said === 'number' || typeof said === 'string' ? said : null,
    features: typeof sent === 'object' && sent !== null ? { ...sent } : {},
  };
}
