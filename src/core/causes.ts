/** What explains an alert: what moved, ranked by its effect on performance where there are labels. Plain JSON. */
export interface Causes {
  /** `drift`: too few labels, so by how far it moved, which does not tell whether it does harm. */
  by: 'effect' | 'drift';
  /** Rows that were looked at: with labels, for `effect`. */
  rows: number;
  /** For `effect`: the metric, at the evaluation and on these rows. */
  metric?: CausedMetric;
  /** The most important first. */
  columns: MovedColumn[];
  /** Slices that are worse than all other rows, the worst first; for `effect`. */
  slices?: WorstSlice[];
}

interface CausedMetric {
  words: string;
  unit?: string;
  higherIsBetter: boolean;
  evaluated: number;
  now: number;
}

export interface MovedColumn {
  name: string;
  psi: number;
  /** Whether it moved by as much as counts as drift: PSI 0.1. */
  moved: boolean;
  /** In the unit of the metric, positive is worse; its standard error. Missing for `drift`. */
  effect?: number;
  error?: number;
  /** The value or range that contributes most to it, with its share of rows. */
  most?: { label: string; before: number; now: number };
}

interface WorstSlice {
  column: string;
  value: string;
  rows: number;
  /** The metric on them. */
  metric: number;
  /** Adjusted over all slices. */
  p: number;
}

/** Standard errors beyond which an effect is not chance. */
export const SURE = 2;

/** It moved, and it is not certain that it does no harm. */
export const mayHarm = ({ moved, effect = 0, error = 0 }: MovedColumn): boolean =>
  moved && effect + SURE * error > 0;

/** It moved, and does harm: by more than chance. */
export const isHarmful = ({ moved, effect = 0, error = 0 }: MovedColumn): boolean =>
  moved && effect > SURE * error;
