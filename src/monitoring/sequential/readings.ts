/** One number that a detector reads, with what its reference says about it. Plain JSON; figures as in `Baseline`. */
export interface ReadGauge {
  column: string;
  gauge: string;
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
  gauges: readonly ReadGauge[];
  /** By gauge, the distance from the reference's mean in standard deviations; null if the window cannot be read. */
  x: readonly (number | null)[];
}
