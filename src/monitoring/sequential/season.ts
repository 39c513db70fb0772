const HOUR_MS = 3_600_000;
const DAY = 24;
const WEEK = 168;
/** A phase of a cycle is known from as many windows. */
const CYCLES = 4;

/** A cycle that windows go through: `phases` windows until it begins again. One phase: no cycle. */
export interface Season {
  phases: number;
  /** The phase of a window that starts then, in milliseconds since the epoch. */
  phaseOf(start: number): number;
}

/**
 * The cycles of a day and of a week that windows of so many hours can show, the longest first, and no cycle as the
 * last one. Only those of which `windows` windows cover at least four.
 */
export function seasonsOf(windows: number, hours: number): Season[] {
  const cycles = [WEEK, DAY]
    .filter((cycle) => hours < cycle && cycle % hours === 0)
    .map((cycle) => cycle / hours)
    .filter((phases) => windows >= CYCLES * phases);
  return [...cycles, 1].map((phases) => ({
    phases,
    phaseOf: (start) => Math.floor(start / (hours * HOUR_MS)) % phases,
  }));
}

/** Windows that a reference needs before the cycle of a day can be told from a change. */
export function windowsForDays(hours: number): number {
  return hours < DAY ? Math.ceil((CYCLES * DAY) / hours) : 0;
}
