import { type ChartPicture, deltaChart, histogramChart, timelineChart } from '../charts/index.ts';
import type { Picture } from '../core/card.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Charts } from '../core/ports/charts.ts';

/** Draws, and keeps what was drawn where every adapter finds it. */
export function createCharts(artifacts: Pick<Artifacts, 'putBytes'>): Charts {
  const keep = async ({ png, alt, width, height }: ChartPicture): Promise<Picture> => {
    const { sha256 } = await artifacts.putBytes(png);
    return { sha256, alt, width, height };
  };
  return {
    deltas: async (chart) => keep(await deltaChart(chart)),
    histogram: async (chart) => keep(await histogramChart(chart)),
    timeline: async (chart) => keep(await timelineChart(chart)),
  };
}
