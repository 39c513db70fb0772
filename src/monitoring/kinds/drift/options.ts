/** Every number of a drift check. What a model's configuration leaves out is as in DEFAULTS. */
export type DriftOptions = {
  /** The distance that is compared with `warn` and `alert`. */
  measure: 'psi' | 'jensenShannon';
  warn: number;
  alert: number;
  /** Bound of the Benjamini–Hochberg adjusted p. */
  alpha: number;
  /** Below this a window is `insufficient data`; a column too, by its values. */
  minRows: number;
  /** How much of a constant column may hold something else. */
  constantTolerance: number;
  /** How far the share of missing values may move, either way. */
  nullTolerance: number;
  /** The same of NaN and of infinities. */
  unusableTolerance: number;
  /** How far the share of values that the reference never held may rise. */
  unseenTolerance: number;
  /** The share of drifted features that makes the data set drift. */
  datasetShare: number;
  /** Features that make the data set drift alone. */
  important: readonly string[];
  /** Columns that are answers (score, predicted class): judged apart, in a family of their own. */
  predictions: readonly string[];
};

export const DEFAULTS: DriftOptions = {
  measure: 'psi',
  warn: 0.1,
  alert: 0.2,
  alpha: 0.05,
  minRows: 200,
  constantTolerance: 0.01,
  nullTolerance: 0.05,
  unusableTolerance: 0.01,
  unseenTolerance: 0.01,
  datasetShare: 0.5,
  important: [],
  predictions: [],
};
