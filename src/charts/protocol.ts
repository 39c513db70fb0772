import type { CalibrationChart } from './calibration.ts';
import type { Curves } from './curves.ts';
import type { DeltaChart } from './delta.ts';
import type { HeatMap } from './heat-map.ts';
import type { HistogramChart } from './histogram.ts';
import type { ResidualsChart } from './residuals.ts';
import type { Timeline } from './timeline.ts';

/** Messages to the drawing thread: validated data, with the name of the activity. */
export type Order = { activity: string } & (
  | { kind: 'histogram'; chart: HistogramChart }
  | { kind: 'delta' | 'slices'; chart: DeltaChart }
  | { kind: 'heat map'; chart: HeatMap }
  | { kind: 'calibration'; chart: CalibrationChart }
  | { kind: 'curves'; chart: Curves }
  | { kind: 'residuals'; chart: ResidualsChart }
  | { kind: 'timeline'; chart: Timeline }
);

/** Messages from it: first that the thread is ready, then one for each order. Sizes in pixels of the PNG. */
export type Answer =
  | { ready: true }
  | { done: true; png: Uint8Array; width: number; height: number }
  | { done: false; fault: unknown };
