import type { ComparedMetric } from './compared-metric.ts';
import type { Verdict } from './verdict.ts';

/** What another version would have answered to logged requests. Plain JSON. */
export interface WhatIf {
  /** Requests that were compared: answered by another version, with usable answers of both. */
  rows: number;
  /** Requests without all features of the version, and those without a usable answer of either. */
  skipped: number;
  /** Of those that this version answered itself: how many, and how many gave other numbers now. */
  same: { rows: number; different: number };
  /** For a task with decisions. */
  flipped?: { rows: number; slices: Flips[] };
  /** For a task with numbers: mean change and mean distance, in the unit of the label. */
  changed?: { mean: number; distance: number };
  /** On rows with labels that the version was not trained on: what was served against the version. */
  comparison?: {
    rows: number;
    verdict: Verdict;
    /** Champion is what was served, challenger the version. */
    metrics: readonly ComparedMetric[];
  };
}

/** Decisions that would have been others, in one category. */
export interface Flips {
  column: string;
  value: string;
  rows: number;
  flipped: number;
}
