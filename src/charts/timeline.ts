import { ChartImpossible } from './errors.ts';
import { clean, drawable, list, number } from './text.ts';

type Moment = Date | number | string;

/** One metric over time. At most 5,000 points and 100 marks, in any order. */
export interface TimelineChart {
  title: string;
  subtitle?: string;
  metric: string;
  /** `low` and `high` bound the value's interval; a non-finite value leaves a gap. */
  points: readonly { time: Moment; value: number; low?: number; high?: number }[];
  /** Another figure in the same unit, dashed: an estimate beside what was measured. At most as many points. */
  also?: { name: string; points: readonly { time: Moment; value: number }[] };
  /** Ranges of the metric that are shaded across all time, e.g. what is expected. */
  bands?: readonly { label: string; low: number; high: number }[];
  threshold?: { warn?: number; alert?: number };
  /** Events: deployments, alerts. */
  marks?: readonly { time: Moment; label: string }[];
  note?: string;
}

/** The same with safe text, times in epoch milliseconds and in order, absurd numbers as NaN. */
export interface Timeline {
  title: string;
  subtitle: string;
  note: string;
  metric: string;
  points: readonly { time: number; value: number; low: number; high: number }[];
  also: { name: string; points: readonly { time: number; value: number }[] };
  bands: readonly { label: string; low: number; high: number }[];
  threshold: { warn?: number; alert?: number };
  marks: readonly { time: number; label: string }[];
}

const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('+010000-01-01T00:00:00Z');
const most = { points: 5000, marks: 100, bands: 4 };

/** Throws ChartImpossible without a finite value, with too many points, or with an invalid time. */
export function readTimeline(chart: TimelineChart): Timeline {
  const metric = clean(chart.metric, 80);
  const activity = `Drawing ${metric} over time`;
  const { points, marks = [], bands = [], threshold = {} } = chart;
  const { also = { name: '', points: [] } } = chart;
  const counted = { points, marks, bands, 'other points': also.points };
  for (const [name, { length }] of Object.entries(counted)) {
    const limit = name === 'marks' || name === 'bands' ? most[name] : most.points;
    if (length > limit)
      throw new ChartImpossible(activity, `it has ${length} ${name}`, {
        next: `Give it ${limit} at most.`,
      });
  }
  const at = (time: Moment): number => {
    const moment = new Date(time).getTime();
    if (!(moment >= earliest && moment < latest))
      throw new ChartImpossible(
        activity,
        `“${clean(String(time), 40)}” is not a time in the years 1 to 9999`,
        {
          next: 'Give a Date, epoch milliseconds or an ISO 8601 text.',
        },
      );
    return moment;
  };
  const kept = (value: number | undefined) => (drawable(value) ? value : Number.NaN);
  const read = points.map(({ time, value, low, high }) => ({
    time: at(time),
    value: kept(value),
    low: kept(low),
    high: kept(high),
  }));
  if (!read.some(({ value }) => drawable(value)))
    throw new ChartImpossible(activity, 'none of its points has a finite value', {
      next: 'Say in words that nothing was measured.',
    });
  return {
    title: clean(chart.title),
    subtitle: clean(chart.subtitle ?? ''),
    note: clean(chart.note ?? ''),
    metric,
    points: read.sort((a, b) => a.time - b.time),
    also: {
      name: clean(also.name, 80),
      points: also.points
        .map(({ time, value }) => ({ time: at(time), value: kept(value) }))
        .sort((a, b) => a.time - b.time),
    },
    bands: bands
      .filter(({ low, high }) => drawable(low) && drawable(high))
      .map((band) => ({ ...band, label: clean(band.label, 60) })),
    threshold: {
      ...(drawable(threshold.warn) && { warn: threshold.warn }),
      ...(drawable(threshold.alert) && { alert: threshold.alert }),
    },
    marks: marks
      .map(({ time, label }) => ({ time: at(time), label: clean(label, 80) }))
      .sort((a, b) => a.time - b.time),
  };
}

export function timelineAlt({ metric, points, also, threshold, marks }: Timeline): string {
  const known = points.filter(({ value }) => drawable(value));
  const [first] = known;
  const last = known.at(-1);
  if (!first || !last) return `${metric} over time.`;

  const day = last.time - first.time < 2 * 86_400_000 ? minutes : days;
  const on = (time: number) => `on ${day.format(time)}`;
  const values = known.map(({ value }) => value);
  const range = `between ${number(Math.min(...values))} and ${number(Math.max(...values))}`;
  const course =
    known.length === 1
      ? `${number(last.value)} ${on(last.time)}, the only value`
      : `${number(first.value)} ${on(first.time)} to ${number(last.value)} ${on(last.time)}, ${range}`;
  const limits = Object.entries(threshold).map(
    ([name, limit]) =>
      `the last value is ${side(last.value, limit)} the ${name} line of ${number(limit)}`,
  );
  const other = also.points.findLast(({ value }) => drawable(value));
  const beside = other ? [`${also.name} ${number(other.value)} ${on(other.time)}`] : [];
  const events = marks.map(({ time, label }) => `${label} ${on(time)}`);
  return `${[`${metric}: ${course}`, ...beside, ...limits, ...(events.length > 0 ? [`marked: ${list(events, 4)}`] : [])].join('; ')}.`;
}

function side(value: number, limit: number): string {
  if (value === limit) return 'on';
  return value > limit ? 'above' : 'below';
}

const date = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
const days = new Intl.DateTimeFormat('en-GB', date);
const minutes = new Intl.DateTimeFormat('en-GB', { ...date, hour: '2-digit', minute: '2-digit' });
