import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { flightsIn, type Label, type Window } from '../flights.ts';

const Flight = z.object({
  id: z.string(),
  time: z.date(),
  label: z.union([z.number(), z.string()]),
  hour: z.number(),
  weekday: z.number(),
  distance: z.number(),
  origin: z.string(),
  destination: z.string(),
  recent_lateness: z.number(),
});

export type Flight = z.infer<typeof Flight>;

const Flights = z.array(Flight);

/** A first request within seconds: the features of half a year at once would take a minute. */
const CHUNK_DAYS = 7;
export const DAY = 24 * 60 * 60 * 1000;

/** The flights of the window by time and id, read a week at a time while the last one is sent. */
export async function* flightsByTime(
  db: DuckDBConnection,
  { from, to }: Window,
  perDay: number,
  label: Label,
): AsyncGenerator<Flight> {
  const read = (start: Date) =>
    flightsOf(db, { from: start, to: chunkEnd(start, to) }, perDay, label);
  let next = read(from);
  for (let start = from; start < to; ) {
    const flights = await next;
    start = chunkEnd(start, to);
    if (start < to) {
      next = read(start);
      // A failure is thrown where the week is awaited, not before anybody listens.
      next.catch(() => {});
    }
    yield* flights;
  }
}

async function flightsOf(
  db: DuckDBConnection,
  window: Window,
  perDay: number,
  label: Label,
): Promise<Flight[]> {
  const rows = await db.runAndReadAll(flightsIn(window, perDay, label));
  return Flights.parse(rows.getRowObjectsJS());
}

function chunkEnd(start: Date, to: Date): Date {
  return new Date(Math.min(start.getTime() + CHUNK_DAYS * DAY, to.getTime()));
}
