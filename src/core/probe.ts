import type { ComparedMetric } from './compared-metric.ts';

/** What a probe may use: it is to cost little before anybody decides anything. */
export interface ProbeBudget {
  /** Whether an alert about lost performance starts one. */
  automatic: boolean;
  /** Rows to train on, and labelled rows to compare on, at most. */
  rows: number;
  /** Days to train on, at most. */
  days: number;
  /** For the programs of the workspace, together. */
  minutes: number;
}

export const USUAL_PROBE: ProbeBudget = { automatic: true, rows: 20_000, days: 28, minutes: 2 };

/** Whether other models would do better than the live version on the newest labelled rows. Plain JSON. */
export interface Probe {
  /** The version that was live. */
  live: number;
  /** Labelled rows of the log, and the time that they are from. */
  rows: number;
  from: string;
  to: string;
  /** The metric that decides. */
  metric: { name: string; words: string; unit?: string };
  /** The retrained model first, then earlier versions, newest first. */
  candidates: Candidate[];
}

export interface Candidate {
  /** Missing for the model that was trained for this and not kept. */
  version?: number;
  /** What that model was trained on. */
  trained?: { rows: number; from: string; to: string };
  /** Why it could not be compared, as a sentence. */
  fault?: string;
  found?: ProbedMetric;
}

/** As in a comparison: positive means that it is better than the live version. */
export interface ProbedMetric
  extends Pick<ComparedMetric, 'delta' | 'low' | 'high' | 'p' | 'leastP'> {
  /** Rows that neither was trained on. */
  rows: number;
  live: number | undefined;
  candidate: number | undefined;
}

/** The result of the last probe of an alert: what was found, or why nothing. */
export interface AlertProbe {
  run: string;
  /** When its run was created: a later one replaces an earlier one. */
  at: Date;
  found?: Probe;
  fault?: string;
}

const DAY_MS = 86_400_000;
/** Labelled rows that a comparison needs. */
export const MIN_PROBED = 200;
/** Newest share of the days that is compared on; the rest is left to train on. */
const NEWEST = 1 / 4;

/**
 * Which of the labelled rows are compared on; a model for comparison may be trained on what comes before. The newest
 * half of those since `since`, but no more than the newest quarter of the days, and as many more as a comparison needs.
 * @param times of labelled rows in milliseconds, ascending
 * @returns the start, on a full hour; undefined if there are too few rows
 */
export function probedFrom(
  times: ArrayLike<number>,
  { days }: Pick<ProbeBudget, 'days'>,
  since: Date | undefined,
): Date | undefined {
  const { length } = times;
  const newest = times[length - 1];
  const needed = times[length - MIN_PROBED];
  if (newest === undefined || needed === undefined) return undefined;
  let first = 0;
  while (since && first < length && (times[first] ?? 0) < since.getTime()) first += 1;
  const middle = since ? (times[Math.ceil((first + length - 1) / 2)] ?? newest) : 0;
  const start = Math.min(needed, Math.max(middle, newest - days * NEWEST * DAY_MS));
  return new Date(Math.floor(start / HOUR_MS) * HOUR_MS);
}

const HOUR_MS = 3_600_000;

/** The days before that time. */
export const trainedBefore = (
  end: Date,
  { days }: Pick<ProbeBudget, 'days'>,
): { from: Date; to: Date } => ({
  from: new Date(end.getTime() - days * DAY_MS),
  to: end,
});
