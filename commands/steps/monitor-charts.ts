import type { BoardEvent, HeatMap, LineChart } from '../../src/core/board.ts';
import type { Picture } from '../../src/core/card.ts';
import type { Charts } from '../../src/core/ports/charts.ts';
import { chartsOf } from '../../src/monitoring/over-time/charts.ts';
import { eventsOf } from '../../src/monitoring/over-time/events.ts';
import type { Watched } from '../../src/monitoring/over-time/watched.ts';

/** A message with more of them is not looked at. */
const MOST = 4;

/** What the monitors of one endpoint measured, over time. */
export function monitorPictures(
  where: string,
  watched: readonly Watched[],
  charts: Charts,
): Promise<Picture>[] {
  const found = chartsOf(watched);
  const marks = eventsOf(watched, []).map(({ at, words }: BoardEvent) => ({
    ...{ time: new Date(at), label: words },
  }));
  return [
    ...found.charts
      .filter(({ series: [first] }) => (first?.points.length ?? 0) > 1)
      .map((chart) => charts.timeline({ ...timelineOf(where, chart), marks })),
    ...found.heatMaps.map((map) => charts.heatMap({ ...heatMapOf(where, map), marks })),
  ].slice(0, MOST);
}

/**
 * What was measured, with the estimate beside it; of other figures, the one that came closest to its limit, with the
 * next one beside it.
 */
function timelineOf(where: string, { title, series }: LineChart) {
  const named = (name: string) => series.find((one) => one.name === name);
  const [nearest, next] = series.toSorted((a, b) => nearness(b) - nearness(a));
  const [measured, estimated] = [named('measured'), named('estimated')];
  const main = measured ?? estimated ?? nearest;
  const beside = measured ? estimated : estimated ? undefined : next;
  const points = (main?.points ?? []).map(({ to, value, low, high }) => ({
    ...{ time: new Date(to), value },
    ...(low !== undefined && high !== undefined && { low, high }),
  }));
  return {
    title: `${where}: ${title}`,
    metric: main === undefined ? title : `${title}, ${main.name}`,
    points,
    ...(main?.limit !== null && main?.limit !== undefined && { threshold: { alert: main.limit } }),
    ...(beside && {
      also: {
        name: beside.name,
        points: beside.points.map(({ to, value }) => ({ time: new Date(to), value })),
      },
    }),
  };
}

/** The largest value as a share of the limit; without a limit it is no problem at any size. */
function nearness({ points, limit }: LineChart['series'][number]): number {
  return limit === null ? 0 : Math.max(0, ...points.map(({ value }) => value)) / (limit || 1);
}

function heatMapOf(where: string, { title, limit, windows, rows }: HeatMap) {
  const largest = Math.max(0, ...rows.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return {
    title: `${where}: ${title} by column`,
    metric: title,
    limit: limit ?? largest,
    windows: windows.map(({ from, to }) => ({ from: new Date(from), to: new Date(to) })),
    rows: rows.map(({ name, values }) => ({
      name,
      values: values.map((value) => value ?? undefined),
    })),
  };
}
