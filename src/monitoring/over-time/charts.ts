import type { HeatMap, LineChart, ModelBoard } from '../../core/board.ts';
import type { Window } from '../../core/model.ts';
import type { Trace } from '../../core/monitor.ts';
import type { Finding } from '../../core/ports/alerts.ts';
import { kindOf } from '../kinds/index.ts';
import type { Watched } from './watched.ts';

const spanOf = ({ from, to }: Window) => ({ from: from.toISOString(), to: to.toISOString() });

type Traced = Omit<Finding, 'state'> & { traces: readonly Trace[] };

/** What the monitors measured, over time: figures of one subject in one chart. */
export function chartsOf(watched: readonly Watched[]): Pick<ModelBoard, 'charts' | 'heatMaps'> {
  const traced = watched.map(({ monitor, findings }) => ({
    monitor,
    windows: findings
      .map((finding): Traced => {
        const traces = kindOf(monitor.kind).traces(finding.detail, monitor);
        return { ...finding, traces };
      })
      // Oldest first; two versions may have answered in one window.
      .toReversed(),
  }));
  const charts = new Map<string, LineChart>();
  const heatMaps: HeatMap[] = [];
  for (const { monitor, windows } of traced) {
    if (kindOf(monitor.kind).chartedAs === 'heat map')
      heatMaps.push(...heatMapsOf(monitor.name, windows));
    else addLines(charts, monitor.name, windows);
  }
  return { charts: [...charts.values()], heatMaps };
}

function addLines(charts: Map<string, LineChart>, monitor: string, windows: readonly Traced[]) {
  for (const { window, version, traces } of windows)
    for (const { subject, title, name, value, low, high, evaluated, limit } of traces) {
      const chart = charts.get(subject) ?? { subject, title, series: [] };
      charts.set(subject, chart);
      let series = chart.series.find((one) => one.name === name && one.monitor === monitor);
      if (!series) {
        series = { name, monitor, points: [], limit: null, evaluated: null };
        chart.series.push(series);
      }
      series.limit = limit ?? null;
      series.evaluated = evaluated ?? null;
      series.points.push({
        ...{ ...spanOf(window), version, value },
        ...(low !== undefined && high !== undefined && { low, high }),
      });
    }
}

function heatMapsOf(monitor: string, windows: readonly Traced[]): HeatMap[] {
  const subjects = new Map(
    windows.flatMap(({ traces }) => traces.map(({ subject, title }) => [subject, title] as const)),
  );
  return [...subjects].map(([subject, title]) => {
    const own = windows.map((one) => one.traces.filter((trace) => trace.subject === subject));
    const names = [...new Set(own.flatMap((traces) => traces.map(({ name }) => name)))];
    return {
      ...{ subject, title, monitor },
      limit: own.flat().at(-1)?.limit ?? null,
      windows: windows.map(({ window, version, status }) => ({
        ...spanOf(window),
        ...{ version, status },
      })),
      rows: names.map((name) => ({
        name,
        values: own.map((traces) => traces.find((trace) => trace.name === name)?.value ?? null),
      })),
    };
  });
}
