/** All numbers of a drift check. Those missing in a model's configuration are as in DEFAULTS. */
export type DriftOptions = {
  /** The distance that is compared with `warn` and `alert`. */
  measure: 'psi' | 'jensenShannon';
  warn: number;
  alert: number;
  /** Upper bound of the Benjamini–Hochberg adjusted p. */
  alpha: number;
  /** With fewer rows a window is `insufficient data`; a column too, by its number of values. */
  minRows: number;
  /** The largest allowed share of rows with another value in a constant column. */
  constantTolerance: number;
  /** How much the share of missing values may change, up or down. */
  nullTolerance: number;
  /** The same for NaN and infinities. */
  unusableTolerance: number;
  /** How much the share of unseen values may rise. */
  unseenTolerance: number;
  /** The share of drifted features at which the data set has drifted. */
  datasetShare: number;
  /** Features each of which is enough for data-set drift. */
  important: readonly string[];
  /** Columns that are answers (score, predicted class): a separate family of tests. */
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
