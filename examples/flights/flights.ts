import { createRequire } from 'node:module';
import { join } from 'node:path';
import { literal } from './database.ts';
import { KILOMETRES, SECONDS } from './units.ts';

/**
 * 3,000,000 domestic flights of January to June 2001: departure, arrival delay in minutes,
 * distance in miles, origin, destination. Source: US Bureau of Transportation Statistics, On-Time
 * Performance, as packaged in vega-datasets. `date` is the actual departure on the clock of the
 * origin; it is taken for UTC, which is consistent as long as flights of one origin are compared.
 */
const FLIGHTS = join(
  createRequire(import.meta.url).resolve('vega-datasets'),
  '../../data/flights-3m.parquet',
);

/** Half-open: [from, to). */
export interface Window {
  from: Date;
  to: Date;
}

/** Rows a day, so that January gives 40,300. */
export const DEFAULT_SAMPLE = 1300;

/** What can be asked of a flight, by the label that a model declares: SQL over `delay`, in minutes. */
export const LABELS = {
  /** 1 where it arrives more than 15 minutes late, else 0. */
  late: 'CAST(delay > 15 AS INTEGER)',
  /**
   * Minutes late, negative where early, from -60 to 180. One flight that came a day late would weigh
   * in a squared error as much as a thousand others, and nobody could have foreseen it.
   */
  delay: 'CAST(greatest(-60, least(180, delay)) AS DOUBLE)',
  lateness: "CASE WHEN delay < 0 THEN 'early' WHEN delay <= 15 THEN 'on time' ELSE 'late' END",
} as const;

export type Label = keyof typeof LABELS;

/**
 * When a flight's delay is taken as known, in minutes after it left: 45 for taxiing and climbing,
 * and the way at 450 mph, close to the block times of the schedules and rather over than under
 * them. A fixed lag would either leak the long flights or hold back the short ones, which tell most.
 */
const KNOWN_AFTER = 'CAST(45 + distance * 60 / 450 AS INTEGER)';

/** Far longer than any flight takes to be known plus the four hours it counts. */
const LOOK_BACK = 'INTERVAL 1 DAY';

/**
 * SQL for the rows asked about in the window, by time and id:
 * `id`, `time`, `label`, `hour`, `weekday` (1 Monday), `distance`, `origin`, `destination`,
 * `recent_lateness`.
 *
 * `recent_lateness` is the mean delay (minutes, clipped to -15..60 so that one lost aircraft does
 * not paint an airport black) of all flights of the same origin whose delay became known in the
 * four hours before, with ten pseudo-flights of 6 minutes: it is never null and a small airport
 * does not jump. A mean predicts a little better here than the share of late flights.
 *
 * `perDay` rows are drawn from each whole day by a hash of the id. So a smaller sample is part of a
 * larger one, and the rows of a window are those of its parts, wherever it is cut.
 */
export function flightsIn({ from, to }: Window, perDay: number, label: Label): string {
  return `
    WITH flights AS (
      SELECT 'f' || lpad(CAST(file_row_number AS VARCHAR), 7, '0') AS id, *
      FROM read_parquet(${literal(FLIGHTS)}, file_row_number = true)
      WHERE date >= date_trunc('day', ${timestamp(from)}) - ${LOOK_BACK}
        AND date < date_trunc('day', ${timestamp(to)} - INTERVAL 1 MICROSECOND) + INTERVAL 1 DAY
    ),
    drawn AS (
      SELECT * FROM flights
      WHERE date >= date_trunc('day', ${timestamp(from)})
      QUALIFY row_number() OVER (PARTITION BY CAST(date AS DATE) ORDER BY md5(id)) <= ${perDay}
    ),
    asked AS (SELECT * FROM drawn WHERE date >= ${timestamp(from)} AND date < ${timestamp(to)}),
    events AS (
      SELECT NULL AS id, origin, date + to_minutes(${KNOWN_AFTER}) AS moment,
        greatest(-15, least(60, delay)) AS minutes, 1 AS flights
      FROM flights
      UNION ALL
      SELECT id, origin, date, 0, 0 FROM asked
    ),
    lateness AS (
      SELECT id, (sum(minutes) OVER recent + 60) / (sum(flights) OVER recent + 10) AS lateness
      FROM events
      WINDOW recent AS (
        PARTITION BY origin ORDER BY moment
        RANGE BETWEEN INTERVAL 4 HOURS PRECEDING AND CURRENT ROW
      )
    )
    SELECT id, date AS time, ${LABELS[label]} AS label,
      hour(date) + minute(date) / 60.0 AS hour,
      CAST(isodow(date) AS DOUBLE) AS weekday,
      CAST(distance AS DOUBLE) AS distance,
      origin, destination,
      lateness AS recent_lateness
    FROM asked JOIN lateness USING (id)
    ORDER BY time, id`;
}

/** What is there from the beginning, where new data comes month by month; from then on, it has to arrive. */
export const FIRST_ARRIVAL = new Date('2001-03-01');

const FEATURES = ['hour', 'weekday', 'distance', 'origin', 'destination', 'recent_lateness'];

/**
 * SQL for the rows of a month as they arrive, with the label under its own name. `isBroken`: in the units of the staged
 * incident.
 */
export function monthlyRows(month: Window, label: Label, { isBroken = false } = {}): string {
  const columns = `id, time, label AS "${label}", ${FEATURES.join(', ')}`;
  const units = isBroken
    ? ` REPLACE (distance * ${KILOMETRES} AS distance, recent_lateness * ${SECONDS} AS recent_lateness)`
    : '';
  return `SELECT *${units} FROM (SELECT ${columns} FROM (${flightsIn(month, DEFAULT_SAMPLE, label)})) ORDER BY time, id`;
}

/** SQL for the rows of a window: what was there from the beginning, and what of it has arrived in these files. */
export function arrivedIn(
  { from, to }: Window,
  perDay: number,
  label: Label,
  files: readonly string[],
): string {
  const known = { from, to: to < FIRST_ARRIVAL ? to : FIRST_ARRIVAL };
  const parts = [
    from < FIRST_ARRIVAL
      ? flightsIn(known, perDay, label)
      : `SELECT * FROM (${flightsIn({ from, to }, perDay, label)}) WHERE false`,
    ...(files.length === 0
      ? []
      : [
          `SELECT id, time, "${label}" AS label, ${FEATURES.join(', ')}
           FROM read_parquet([${files.map(literal).join(', ')}])
           WHERE time >= ${timestamp(from)} AND time < ${timestamp(to)} AND time >= ${timestamp(FIRST_ARRIVAL)}`,
        ]),
  ];
  return `SELECT * FROM (${parts.map((part) => `(${part})`).join(' UNION ALL ')}) ORDER BY time, id`;
}

function timestamp(at: Date): string {
  return `TIMESTAMP ${literal(at.toISOString().slice(0, -1))}`;
}
