import { type CalibrationChart, calibrationAlt, readCalibration } from './calibration.ts';
import { type CurvesChart, curvesAlt, readCurves } from './curves.ts';
import { type DeltaChart, deltaAlt, readDelta } from './delta.ts';
import { type HeatMapChart, heatMapAlt, readHeatMap } from './heat-map.ts';
import { type HistogramChart, histogramAlt, readHistogram } from './histogram.ts';
import type { Order } from './protocol.ts';
import { type ResidualsChart, readResiduals, residualsAlt } from './residuals.ts';
import { readSlices, type SlicesChart, slicesAlt } from './slices.ts';
import { clean } from './text.ts';
import { DrawingThread } from './thread.ts';
import { readTimeline, type TimelineChart, timelineAlt } from './timeline.ts';

export type { DeltaChart } from './delta.ts';
export { ChartFailed, ChartImpossible } from './errors.ts';
export type { HeatMapChart } from './heat-map.ts';
export type { HistogramChart } from './histogram.ts';
export type { TimelineChart } from './timeline.ts';

/** A picture for a message. `width` and `height` in pixels of the PNG: twice the 720 of the layout. */
export interface ChartPicture {
  png: Uint8Array;
  /** The same as a sentence, with the important figures; at most 1000 characters. */
  alt: string;
  width: number;
  height: number;
}

const thread = new DrawingThread();

/**
 * A feature's reference distribution compared with the current one. All charts reject with ChartImpossible if
 * the data has nothing to draw, and with ChartFailed if the render crashed; the next one works again.
 */
export async function histogramChart(chart: HistogramChart): Promise<ChartPicture> {
  const read = readHistogram(chart);
  const activity = `Drawing the histogram of ${read.feature}`;
  return picture({ kind: 'histogram', activity, chart: read }, histogramAlt(read));
}

/** Challenger minus champion for each metric, with confidence intervals: a forest plot. */
export async function deltaChart(chart: DeltaChart): Promise<ChartPicture> {
  const read = readDelta(chart);
  const activity = `Drawing ${read.challenger} against ${read.champion}`;
  return picture({ kind: 'delta', activity, chart: read }, deltaAlt(read));
}

/** A metric over time with its interval, thresholds and events. */
export async function timelineChart(chart: TimelineChart): Promise<ChartPicture> {
  const read = readTimeline(chart);
  const activity = `Drawing ${read.metric} over time`;
  return picture({ kind: 'timeline', activity, chart: read }, timelineAlt(read));
}

/** One figure of many columns over time. */
export async function heatMapChart(chart: HeatMapChart): Promise<ChartPicture> {
  const read = readHeatMap(chart);
  const activity = `Drawing ${read.metric} by column`;
  return picture({ kind: 'heat map', activity, chart: read }, heatMapAlt(read));
}

/** Predictions against outcomes. */
export async function calibrationChart(chart: CalibrationChart): Promise<ChartPicture> {
  const read = readCalibration(chart);
  const activity = `Drawing “${read.title}”`;
  return picture({ kind: 'calibration', activity, chart: read }, calibrationAlt(read));
}

/** Shares against shares: ROC, or precision and recall. */
export async function curvesChart(chart: CurvesChart): Promise<ChartPicture> {
  const read = readCurves(chart);
  const activity = `Drawing “${read.title}”`;
  return picture({ kind: 'curves', activity, chart: read }, curvesAlt(read));
}

/** Groups of rows compared with all others. */
export async function slicesChart(chart: SlicesChart): Promise<ChartPicture> {
  const read = readSlices(chart);
  const activity = `Drawing “${read.title}”`;
  return picture({ kind: 'slices', activity, chart: read }, slicesAlt(read));
}

/** Quantiles of the errors of a regression. */
export async function residualsChart(chart: ResidualsChart): Promise<ChartPicture> {
  const read = readResiduals(chart);
  const activity = `Drawing “${read.title}”`;
  return picture({ kind: 'residuals', activity, chart: read }, residualsAlt(read));
}

/** Starts the thread and draws once as a warm-up: a first picture takes up to two seconds more. */
export async function warmCharts(): Promise<void> {
  await histogramChart({
    title: 'warm',
    feature: 'up',
    bins: [{ label: 'a', reference: 1, current: 1 }],
  });
}

/** Stops the drawing thread; pending orders are rejected. */
export async function closeCharts(): Promise<void> {
  await thread.close();
}

async function picture(order: Order, alt: string): Promise<ChartPicture> {
  const { png, width, height } = await thread.draw(order);
  return { png, alt: clean(alt, 1000), width, height };
}
