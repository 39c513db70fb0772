import { pathToFileURL } from 'node:url';
import { BUILT } from '../built.ts';

/** Like the source, but the drawing thread needs no loader and starts in a third of the time. */
export const {
  closeCharts,
  deltaChart,
  histogramChart,
  timelineChart,
  warmCharts,
}: typeof import('../../src/charts/index.ts') = await import(pathToFileURL(BUILT.charts).href);

/** The charts that jobs get, drawn by that thread. */
export const { createCharts }: typeof import('../../src/wiring/charts.ts') = await import(
  pathToFileURL(BUILT.jobCharts).href
);
