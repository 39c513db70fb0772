import { type CalibrationChart, calibrationAlt, readCalibration } from './calibration.ts';
import { type DeltaChart, deltaAlt, readDelta } from './delta.ts';
import { drawCalibration } from './drawing/calibration.ts';
import { drawDelta, drawSlices } from './drawing/delta.ts';
import { drawHistogram } from './drawing/histogram.ts';
import { svg } from './drawing/render.ts';
import { type HistogramChart, histogramAlt, readHistogram } from './histogram.ts';
import { readSlices, type SlicesChart, slicesAlt } from './slices.ts';
import { clean } from './text.ts';

/** A picture for a page, drawn at once and in this thread. Import it only where one is wanted: it loads echarts. */
export interface SvgPicture {
  svg: string;
  /** The same in a sentence; at most 1000 characters. */
  alt: string;
}

/** As `histogramChart`. Throws ChartImpossible. */
export function histogramSvg(chart: HistogramChart): SvgPicture {
  const read = readHistogram(chart);
  return { svg: svg(drawHistogram(read)), alt: clean(histogramAlt(read), 1000) };
}

/** As `deltaChart`. Throws ChartImpossible. */
export function deltaSvg(chart: DeltaChart): SvgPicture {
  const read = readDelta(chart);
  return { svg: svg(drawDelta(read)), alt: clean(deltaAlt(read), 1000) };
}

/** As `slicesChart`. Throws ChartImpossible. */
export function slicesSvg(chart: SlicesChart): SvgPicture {
  const read = readSlices(chart);
  return { svg: svg(drawSlices(read)), alt: clean(slicesAlt(read), 1000) };
}

/** As `calibrationChart`. Throws ChartImpossible. */
export function calibrationSvg(chart: CalibrationChart): SvgPicture {
  const read = readCalibration(chart);
  return { svg: svg(drawCalibration(read)), alt: clean(calibrationAlt(read), 1000) };
}
