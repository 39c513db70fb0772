import { ChartImpossible } from './errors.ts';
import { clean, drawable, list, number } from './text.ts';

type Moment = Date | number;

/** One figure of many columns over time. At most 500 columns and 400 windows; those that reached most are drawn. */
export interface HeatMapChart {
  title: string;
  subtitle?: string;
  /** The name of the figure, e.g. `PSI`. From 0; larger is worse. */
  metric: string;
  /** From here on a value counts as a problem. */
  limit: number;
  /** In order, oldest first. */
  windows: readonly { from: Moment; to: Moment }[];
  /** `values[i]` belongs to `windows[i]`; undefined or not finite: not evaluated. */
  rows: readonly { name: string; values: readonly (number | undefined)[] }[];
  /** Events: deployments, alerts. */
  marks?: readonly { time: Moment; label: string }[];
}

/** The same with safe text and times, the rows that reached most first, absent values as NaN. */
export interface HeatMap {
  title: string;
  subtitle: string;
  metric: string;
  limit: number;
  windows: readonly { from: number; to: number }[];
  rows: readonly { name: string; values: readonly number[] }[];
  marks: readonly { time: number; label: string }[];
  /** Columns that are not drawn. */
  hidden: number;
}

const most = { rows: 500, windows: 400, marks: 100 };
/** More would not be legible. */
const drawn = 18;

/** Throws ChartImpossible without windows or columns, or with too many. */
export function readHeatMap(chart: HeatMapChart): HeatMap {
  const metric = clean(chart.metric, 80);
  const activity = `Drawing ${metric} by column`;
  const { rows, windows, marks = [] } = chart;
  for (const [name, { length }] of Object.entries({ rows, windows, marks })) {
    const limit = most[name === 'rows' || name === 'windows' ? name : 'marks'];
    if (length > limit || (length === 0 && name !== 'marks'))
      throw new ChartImpossible(activity, `it has ${length === 0 ? 'no' : length} ${name}`, {
        next: `Give it 1 to ${limit}.`,
      });
  }
  const time = (moment: Moment) => {
    const at = new Date(moment).getTime();
    if (Number.isFinite(at)) return at;
    throw new ChartImpossible(activity, 'one of its times is not a time', {
      next: 'Give a Date or epoch milliseconds.',
    });
  };
  const sorted = rows
    .map(({ name, values }) => ({
      name: clean(name, 80),
      values: windows.map((_, at) => {
        const value = values[at];
        return drawable(value) && value >= 0 ? value : Number.NaN;
      }),
    }))
    .sort((a, b) => highest(b.values) - highest(a.values));
  return {
    ...{ title: clean(chart.title), subtitle: clean(chart.subtitle ?? ''), metric },
    limit: drawable(chart.limit) && chart.limit > 0 ? chart.limit : 1,
    windows: windows.map(({ from, to }) => ({ from: time(from), to: time(to) })),
    rows: sorted.slice(0, drawn),
    hidden: Math.max(0, sorted.length - drawn),
    marks: marks.map((mark) => ({ time: time(mark.time), label: clean(mark.label, 80) })),
  };
}

/** 0 for a column that was never evaluated. */
function highest(values: readonly number[]): number {
  return Math.max(0, ...values.filter(drawable));
}

export function heatMapAlt({ metric, limit, windows, rows, hidden }: HeatMap): string {
  const over = rows.flatMap(({ name, values }) => {
    const count = values.filter((value) => value >= limit).length;
    if (count === 0) return [];
    const windowsOver = count === 1 ? '1 window' : `${count} windows`;
    return [`${clean(name, 40)} in ${windowsOver}, up to ${number(highest(values))}`];
  });
  const others = rows.filter(({ values }) => highest(values) < limit);
  const [first] = others;
  const rest =
    first === undefined
      ? undefined
      : `${over.length > 0 ? 'the others stay' : 'every column stays'} below it, ${clean(first.name, 40)} up to ${number(highest(first.values))}`;
  const reached = over.length > 0 ? `reached ${number(limit)}: ${list(over)}` : undefined;
  const count = rows.length + hidden;
  const columns = count === 1 ? '1 column' : `${count} columns`;
  return `${[`${metric} of ${columns} in ${windows.length === 1 ? '1 window' : `${windows.length} windows`}`, reached ?? `the limit is ${number(limit)}`, rest].filter((part) => part !== undefined).join('; ')}.`;
}
