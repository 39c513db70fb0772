import {
  type ChartPicture,
  calibrationChart,
  curvesChart,
  deltaChart,
  heatMapChart,
  histogramChart,
  residualsChart,
  slicesChart,
  timelineChart,
} from '../charts/index.ts';
import type { Picture } from '../core/card.ts';
import type { Artifacts } from '../core/ports/artifacts.ts';
import type { Charts } from '../core/ports/charts.ts';

/** Renders charts, and stores them where every adapter finds them. */
export function createCharts(artifacts: Pick<Artifacts, 'putBytes'>): Charts {
  const keep = async ({ png, alt, width, height }: ChartPicture): Promise<Picture> => {
    const { sha256 } = await artifacts.putBytes(png);
    return { sha256, alt, width, height };
  };
  return {
    deltas: async (chart) => keep(await deltaChart(chart)),
    histogram: async (chart) => keep(await histogramChart(chart)),
    heatMap: async (chart) => keep(await heatMapChart(chart)),
    curves: async (chart) => keep(await curvesChart(chart)),
    calibration: async (chart) => keep(await calibrationChart(chart)),
    slices: async (chart) => keep(await slicesChart(chart)),
    residuals: async (chart) => keep(await residualsChart(chart)),
    timeline: async (chart) => keep(await timelineChart(chart)),
  };
}
