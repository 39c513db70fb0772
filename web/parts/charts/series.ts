import { niceScale, type Scale } from '../../../src/charts/drawing/scale.ts';
import { number } from '../../../src/charts/text.ts';
import type { BoardEvent, LineChart } from '../../../src/core/board.ts';
import { span } from '../../../src/core/figures.ts';

export type Series = LineChart['series'][number];
type Point = Series['points'][number];

/** One time at which a chart has values. */
export interface Stop {
  time: number;
  from: string;
  to: string;
  values: { series: Series; point: Point }[];
  /** What happened since the stop before. */
  events: readonly BoardEvent[];
}

/** All times of a chart, in order, with the values and events of each. */
export function stopsOf({ series }: LineChart, events: readonly BoardEvent[]): Stop[] {
  const stops = new Map<number, Stop>();
  for (const one of series)
    for (const point of one.points) {
      const time = Date.parse(point.to);
      const stop = stops.get(time) ?? {
        time,
        from: point.from,
        to: point.to,
        values: [],
        events: [],
      };
      // Of two versions that answered in one window, the later one.
      stop.values = [
        ...stop.values.filter((value) => value.series !== one),
        { series: one, point },
      ];
      stops.set(time, stop);
    }
  const sorted = [...stops.values()].sort((a, b) => a.time - b.time);
  return sorted.map((stop, at) => ({
    ...stop,
    events: events.filter((event) => {
      const time = Date.parse(event.at);
      return time <= stop.time && time > (sorted[at - 1]?.time ?? Date.parse(stop.from) - 1);
    }),
  }));
}

/** Contains every value, band and line of a chart. */
export function valueScale({ series }: LineChart, count: number): Scale {
  const values = series.flatMap(({ points, limit, evaluated }) => [
    ...points.flatMap(({ value, low, high }) => [value, low, high]),
    ...[limit, evaluated],
  ]);
  const known = values.filter((value) => typeof value === 'number');
  return niceScale(Math.min(...known), Math.max(...known), count);
}

/** Monitors share a name where they measure the same. */
export function nameOf({ name, monitor }: Series, chart: LineChart): string {
  const isShared = chart.series.filter((one) => one.name === name).length > 1;
  return isShared ? `${name} (${monitor})` : name;
}

/** A stop as a sentence, for screen readers. */
export function stopWords(stop: Stop, chart: LineChart): string {
  const values = stop.values.map(
    ({ series, point }) => `${nameOf(series, chart)} ${number(point.value)}, v${point.version}`,
  );
  const events = stop.events.map(({ words }) => words);
  return [`${spanWords(stop)}: ${values.join('; ')}`, ...events].join('; ');
}

export function spanWords({ from, to }: { from: string; to: string }): string {
  return span({ from: new Date(from), to: new Date(to) });
}
