import type { DuckDBConnection } from '@duckdb/node-api';
import type { WheelhouseError } from '../../core/errors.ts';
import type { Window } from '../../core/model.ts';
import { setAsideUnreadable } from './damaged.ts';
import { openDuck, rowsOf, withDuck, within } from './duck.ts';
import { listSegments, type SegmentKind, type Segments } from './segments.ts';

export interface Question {
  version?: number;
  signal?: AbortSignal;
  /**
   * Called for segments that could not be read and were moved aside; without it the first one ends the reading.
   */
  onProblem?(problem: WheelhouseError): void;
}

/** Queries for all rows of the log. */
interface Sources {
  predictions: string;
  labels: string;
}

/** The condition for the rows of a window. */
export function where(window: Window, { version }: Question): string {
  return within('"time"', window) + (version === undefined ? '' : ` AND version = ${version}`);
}

/** Runs a query on the segments as they are, again if a compaction replaces them meanwhile. */
export async function ask<T>(
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
        if (!isGone(error) || attempt === 5) throw error;
      }
    }
  }, signal);
}

/** A compaction has replaced a file while it was read. */
export function isGone(error: unknown): boolean {
  return (
    error instanceof Error && /No files found|No such file|Cannot open file/.test(error.message)
  );
}

/** For reading that goes on for long: on the segments as they are now, until it is closed. */
export async function openAsked(folders: readonly string[], signal: AbortSignal) {
  const { connection, close } = await openDuck(signal);
  const [predictions, labels] = [
    await listAll(folders, 'predictions'),
    await listAll(folders, 'labels'),
  ];
  const sources: Sources = {
    predictions: rowsOf('predictions', predictions),
    labels: rowsOf('labels', labels),
  };
  return { connection, sources, close };
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
