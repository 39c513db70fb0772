import { createRequire } from 'node:module';
import { join } from 'node:path';
import { flightsIn } from '../../examples/flights/flights.ts';

const DATA = join(createRequire(import.meta.url).resolve('vega-datasets'), '../../data');
const file = (name: string) => `'${join(DATA, name).replaceAll("'", "''")}'`;
const day = (text: string) => new Date(`${text}T00:00:00Z`);

/** A data set with times, as SQL for `time` and its columns; numbers unless listed. */
export interface RealData {
  name: string;
  sql: string;
  categories: readonly string[];
  to: Date;
  /** Reference periods and lengths of windows, in hours. */
  settings: readonly { from: Date; until: Date; hours: number; minRows: number }[];
}

const LENGTHS = [
  { hours: 1, minRows: 20 },
  { hours: 12, minRows: 50 },
  { hours: 24, minRows: 50 },
  { hours: 168, minRows: 50 },
];

const STAGED = `time, hour, weekday,
    distance * CASE WHEN time >= TIMESTAMP '2001-06-01' THEN 1.609344 ELSE 1 END AS distance,
    origin, destination,
    recent_lateness * CASE WHEN time >= TIMESTAMP '2001-06-01' THEN 60 ELSE 1 END AS recent_lateness`;
/** January as it is trained on, then the hundred flights a day that the demo sends to `delay`. */
const FEW = `(SELECT * FROM (${flightsIn({ from: day('2001-01-01'), to: day('2001-02-01') }, 1300, 'delay')})
  UNION ALL SELECT * FROM (${flightsIn({ from: day('2001-02-01'), to: day('2001-07-01') }, 100, 'delay')}))`;

/** Shipped with the package vega-datasets. */
export const REAL_DATA: readonly RealData[] = [
  {
    name: 'flights',
    sql: `SELECT time, hour, weekday, distance, origin, destination, recent_lateness
      FROM (${flightsIn({ from: day('2001-01-01'), to: day('2001-07-01') }, 1300, 'late')})`,
    categories: ['origin', 'destination'],
    to: day('2001-07-01'),
    settings: ['2001-02-01', '2001-04-01'].flatMap((until) =>
      LENGTHS.map((length) => ({ ...length, from: day('2001-01-01'), until: day(until) })),
    ),
  },
  {
    name: 'flights, staged',
    sql: `SELECT ${STAGED}
      FROM (${flightsIn({ from: day('2001-01-01'), to: day('2001-07-01') }, 1300, 'late')})`,
    categories: ['origin', 'destination'],
    to: day('2001-07-01'),
    settings: [
      { hours: 12, minRows: 50, from: day('2001-01-01'), until: day('2001-02-01') },
      { hours: 24, minRows: 50, from: day('2001-01-01'), until: day('2001-02-01') },
      { hours: 24, minRows: 50, from: day('2001-01-01'), until: day('2001-04-01') },
    ],
  },
  ...['flights, 100 a day', 'flights, 100 a day, staged'].map((name, at) => ({
    name,
    sql: `SELECT ${at === 1 ? STAGED : 'time, hour, weekday, distance, origin, destination, recent_lateness'} FROM ${FEW}`,
    categories: ['origin', 'destination'],
    to: day('2001-07-01'),
    settings: [
      { hours: 12, minRows: 30, from: day('2001-01-01'), until: day('2001-02-01') },
      { hours: 24, minRows: 50, from: day('2001-01-01'), until: day('2001-02-01') },
    ],
  })),
  {
    name: 'S&P 500',
    sql: `SELECT date::TIMESTAMP AS time, ln(close / lag(close) OVER (ORDER BY date)) AS day_return,
        (high - low) / close AS day_range
      FROM read_csv(${file('sp500-2000.csv')})`,
    categories: [],
    to: day('2010-01-01'),
    settings: [168, 672].map((hours) => ({
      ...{ hours, minRows: 3, from: day('2003-06-01'), until: day('2007-01-01') },
    })),
  },
  {
    name: 'bird strikes',
    sql: `SELECT "Flight Date"::TIMESTAMP AS time, "Speed IAS in knots"::DOUBLE AS speed,
        "Wildlife Size" AS size, "Phase of flight" AS phase, "Time of day" AS part_of_day,
        "Effect Amount of damage" AS damage,
        ("Aircraft Airline Operator" = 'MILITARY')::VARCHAR AS military
      FROM read_csv(${file('birdstrikes.csv')})`,
    categories: ['size', 'phase', 'part_of_day', 'damage', 'military'],
    to: day('2002-01-01'),
    settings: [168, 672].map((hours) => ({
      ...{ hours, minRows: 5, from: day('1990-01-01'), until: day('1994-01-01') },
    })),
  },
];
