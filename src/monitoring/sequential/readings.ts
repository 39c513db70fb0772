/** What one gauge reads in a window, with what its reference says about it. Plain JSON. */
interface GaugeReading {
  column: string;
  gauge: string;
  /** Distance from the reference's mean in standard deviations; null if the window cannot be read. */
  x: number | null;
  /** As in `Baseline`. */
  correlation: number;
  degrees: number;
  tolerance: number;
  up: number;
  down: number;
}

/** What a detector's gauges read in one window. */
export interface Readings {
  hours: number;
  /** Start of the window, in milliseconds since the epoch. */
  start: number;
  gauges: readonly GaugeReading[];
}
