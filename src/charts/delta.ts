import { carriedDifference } from '../core/figures.ts';
import { ChartImpossible } from './errors.ts';
import { clean, drawable, list, signed } from './text.ts';

/** Challenger compared with champion, metric by metric. At most 30 metrics. */
export interface DeltaChart {
  title: string;
  champion: string;
  challenger: string;
  /**
   * `delta` is challenger − champion, oriented so that more is better (for log loss and errors the sign is
   * changed first); `low` and `high` bound its confidence interval, in the metric's own unit.
   */
  metrics: readonly Metric[];
  /** How much worse still counts as not worse: drawn at −margin, unless the metric has its own. */
  margin?: number;
  note?: string;
}

export interface Metric {
  name: string;
  delta: number;
  low: number;
  high: number;
  /** As text, e.g. 'better', 'not worse', 'worse', 'inconclusive'. */
  verdict: string;
  margin?: number;
}

const most = 30;

/** The chart with its text made safe. Throws ChartImpossible without metrics. */
export function readDelta(chart: DeltaChart): DeltaChart {
  const title = clean(chart.title);
  const { length } = chart.metrics;
  if (length === 0 || length > most)
    throw new ChartImpossible(
      `Drawing the differences of “${title}”`,
      `it has ${length === 0 ? 'no' : length} metrics`,
      { next: `Give it 1 to ${most}.` },
    );
  return {
    ...chart,
    title,
    champion: clean(chart.champion, 80),
    challenger: clean(chart.challenger, 80),
    note: clean(chart.note ?? ''),
    metrics: chart.metrics.map((metric) => ({
      ...metric,
      name: clean(metric.name, 80),
      verdict: clean(metric.verdict, 40),
    })),
  };
}

export function deltaAlt({ champion, challenger, metrics }: DeltaChart): string {
  const each = metrics.map(
    (metric) =>
      `${clean(metric.name, 40)} ${difference(metric)} (${between(metric)}, ${metric.verdict})`,
  );
  return `${challenger} against ${champion}, difference with its confidence interval: ${list(each)}.`;
}

/** Rounded as in the table of the message: to what its interval carries. */
export function difference(metric: Metric): string {
  return rounded(metric.delta, metric);
}

/** The interval as text: `+0.0041 to +0.0204`. */
export function between(metric: Metric): string {
  const { low, high } = metric;
  return drawable(low) && drawable(high)
    ? `${rounded(low, metric)} to ${rounded(high, metric)}`
    : 'no interval';
}

/** Beyond these sizes the digits of a table would not fit, or would all be zeros. */
const [LEAST, MOST] = [1e-6, 1e15];

function rounded(value: number, { low, high }: Metric): string {
  const isUsual =
    drawable(value) && Math.abs(value) < MOST && high - low > LEAST && high - low < MOST;
  return isUsual ? carriedDifference(value, { low, high }) : signed(value);
}
