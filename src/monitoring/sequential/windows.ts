import type { Profile } from '../profile/profile.ts';
import type { Gauge, Reading } from './gauges.ts';

/** The profiles of one window, by column. */
export interface ProfiledWindow {
  /** Milliseconds since the epoch. */
  start: number;
  columns: Readonly<Record<string, Profile>>;
}

/** One window of the reference, or a live one, as a gauge reads it. */
export interface GaugeWindow extends Reading {
  /** Milliseconds since the epoch. */
  start: number;
}

/** Undefined if the window does not have the column, or no row to read it from. */
export function readIn(gauge: Gauge, { start, columns }: ProfiledWindow): GaugeWindow | undefined {
  const profile = Object.hasOwn(columns, gauge.column) ? columns[gauge.column] : undefined;
  const reading = profile && gauge.read(profile);
  return reading && { start, ...reading };
}

/** Windows without rows are left out, and what comes after them is no longer next to what was before. */
export function isNext(
  before: { start: number },
  after: { start: number },
  hours: number,
): boolean {
  return after.start === before.start + hours * 3_600_000;
}
