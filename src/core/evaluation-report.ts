/** What an evaluation found beyond the metrics of all rows. Plain JSON, stored with the evaluation. */
export interface EvaluationReport {
  /** Undefined if no metric of the task is a mean over rows. */
  slices?: Slices | undefined;
  /** Undefined if the answers are not probabilities. */
  calibration?: Calibration | undefined;
  /** For yes-or-no models with a declared cost. */
  decision?: Decision | undefined;
  /** How well scores order rows: of yes, or of each class against the others. */
  curves?: Curve[] | undefined;
  /** For a task with classes: rows by true class, then by predicted class. */
  confusion?: Confusion | undefined;
  /** For a task without classes: quantiles of actual − predicted. */
  residuals?: Residuals | undefined;
}

/** A metric that is a mean over rows, in each group of rows that a column forms. */
export interface Slices {
  /** Name of the metric by which they are compared. */
  metric: string;
  higherIsBetter: boolean;
  /** Of all rows. */
  overall: number;
  /** Largest first by how much worse they certainly are; at most 200. */
  found: Slice[];
  /** How many slices were tested: the family of the adjusted p. */
  tested: number;
}

export interface Slice {
  column: string;
  /** The category, or the range of numbers, e.g. `300 to 900`; `missing` for nulls. */
  value: string;
  rows: number;
  /** The metric in the slice, and in all other rows. */
  inside: number;
  outside: number;
  /** How much worse than elsewhere, in the unit of the metric: positive is worse. With a 95% interval. */
  worse: { by: number; low: number; high: number };
  p: number;
  /** By Holm over all slices. */
  adjustedP: number;
  /** Worse than the other rows, at 5% over all slices. */
  isWeak: boolean;
}

/** Predictions and outcomes, in bins of about as many rows each, by prediction. */
export interface Calibration {
  /** `share`: probabilities and shares of rows. `value`: numbers in the unit of the label. */
  of: 'share' | 'value';
  bins: CalibrationBin[];
  /** Mean distance of prediction and outcome over the bins, weighted by rows. */
  error: number;
}

export interface CalibrationBin {
  rows: number;
  /** Mean prediction. */
  predicted: number;
  /** Mean outcome, with a 95% interval. */
  actual: number;
  low: number;
  high: number;
}

/** What errors of one kind cost, in any unit. */
export interface Cost {
  /** A false alarm: predicted yes, was no. */
  fp: number;
  /** A miss: predicted no, was yes. */
  fn: number;
}

/** From which score on to answer yes, given what errors cost. */
export interface Decision {
  cost: Cost;
  /** fp / (fp + fn): the best threshold if scores are calibrated probabilities. */
  implied: Threshold;
  /** The best threshold on these very rows, which flatters it a little. */
  best: Threshold;
  /** The threshold of the metrics. */
  usual: Threshold;
}

export interface Threshold {
  at: number;
  /** Mean cost of a row. */
  cost: number;
  falsePositives: number;
  falseNegatives: number;
}

/** What answering yes from each threshold on would find, and at which price. */
export interface Curve {
  /** `yes`, or the class. */
  of: string;
  rows: number;
  positives: number;
  /** Area under the ROC curve. */
  auc: number;
  /** Precision at each threshold, weighted by the recall that it adds. */
  averagePrecision: number;
  /** From the highest threshold on; about a hundred of all thresholds. */
  points: CurvePoint[];
}

export interface CurvePoint {
  threshold: number;
  /** The share of positives that are found: the true positive rate. */
  recall: number;
  /** The share of negatives that are taken for positives: the false positive rate. */
  falseAlarms: number;
  precision: number;
}

interface Confusion {
  classes: string[];
  /** `counts[i][j]`: rows of class i that were predicted as class j. */
  counts: number[][];
}

/** Quantiles of actual − predicted, in the unit of the label. */
interface Residuals {
  p5: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
}
