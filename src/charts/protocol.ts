import type { DeltaChart } from './delta.ts';
import type { HistogramChart } from './histogram.ts';
import type { Timeline } from './timeline.ts';

/** What crosses to the drawing thread: data that was read already, with the activity's name. */
export type Order = { activity: string } & (
  | { kind: 'histogram'; chart: HistogramChart }
  | { kind: 'delta'; chart: DeltaChart }
  | { kind: 'timeline'; chart: Timeline }
);

/** What comes back: once that the thread is ready, then one for each order. Sizes in pixels of the PNG. */
export type Answer =
  | { ready: true }
  | { done: true; png: Uint8Array; width: number; height: number }
  | { done: false; fault: unknown };
