import { columnNorm, entry, inverse, type Matrix } from './matrix.ts';
import type { AnswersByLabel, Moments } from './moments.ts';

/** Fewer evaluated rows of a label do not tell how the model answers them. */
const MIN_ROWS = 30;
/** The error of the evaluated means may change the inverse of their matrix by this share. */
const MOST_NOISE = 0.25;

/** The share of rows with one label. */
interface Share {
  /** Of the evaluated rows. */
  evaluated: number;
  /** Of a window's rows, from 0 to 1, and its standard error. */
  estimated: number;
  error: number;
  /** Of the difference of the two. */
  changeError: number;
}

export interface Prevalence {
  /** How many times larger an error of the mean answer is as one of the shares; infinite for a singular matrix. */
  condition: number;
  /** Undefined if it cannot be told. */
  shares: Share[] | undefined;
}

/**
 * The shares of labels in rows without labels: black box shift estimation (Lipton et al., arXiv 1802.03916) by mean
 * probabilities instead of counts of decisions ("soft"; Azizzadenesheli et al., arXiv 1903.09734). With M the mean
 * answer to the evaluated rows of each label, and m the mean answer of the window, M·q = m. Standard errors by the
 * delta method, of the window's mean and of M: M⁻¹ (Σ/n + Σ_j q_j² Σ_j/n_j) M⁻ᵀ.
 *
 * Assumes that rows of one label are as they were, and are only more or less frequent. Refused where errors would
 * grow more than `most` times, where the evaluated rows leave M too uncertain, and where a label has fewer than 30.
 */
export function estimatePrevalence(
  byLabel: AnswersByLabel,
  window: Moments,
  most: number,
): Prevalence {
  const width = byLabel.length;
  const means: Matrix = { width, values: new Float64Array(width * width) };
  byLabel.forEach((of, label) => {
    of.means.forEach((mean, at) => {
      means.values[at * width + label] = mean;
    });
  });
  const solved = inverse(means);
  const condition = solved ? columnNorm(solved) : Number.POSITIVE_INFINITY;
  const isSure =
    byLabel.every(({ rows }) => rows >= MIN_ROWS) && condition * noiseOf(byLabel) <= MOST_NOISE;
  if (!solved || condition > most || !isSure || window.rows === 0)
    return { condition, shares: undefined };
  const found = Array.from({ length: width }, (_, label) =>
    window.means.reduce((sum, mean, at) => sum + entry(solved, label, at) * mean, 0),
  );
  const all = byLabel.reduce((sum, { rows }) => sum + rows, 0);
  const shares = found.map((share, label): Share => {
    const along = Array.from({ length: width }, (_, at) => entry(solved, label, at));
    // How much a label's evaluated rows move the estimate, and with it the share that they are compared with.
    const ofWindow = spread(window, along) / window.rows;
    const ofEvaluated = byLabel.reduce(
      (sum, of, at) => sum + ((found[at] ?? 0) ** 2 * spread(of, along)) / of.rows,
      0,
    );
    const evaluated = (byLabel[label]?.rows ?? 0) / all;
    const variance = ofWindow + ofEvaluated;
    return {
      evaluated,
      estimated: Math.min(1, Math.max(0, share)),
      error: Math.sqrt(variance),
      changeError: Math.sqrt(variance + (evaluated * (1 - evaluated)) / all),
    };
  });
  return { condition, shares };
}

/** The variance of a weighted sum of the answers. */
function spread({ covariances }: Moments, weights: readonly number[]): number {
  const { length } = weights;
  const sum = covariances.reduce(
    (all, one, at) =>
      all + one * (weights[Math.floor(at / length)] ?? 0) * (weights[at % length] ?? 0),
    0,
  );
  return Math.max(0, sum);
}

/** The standard errors of a label's mean answer, added up; of the worst label. */
function noiseOf(byLabel: AnswersByLabel): number {
  const width = byLabel.length;
  const ofLabel = byLabel.map(({ rows, covariances }) =>
    Array.from({ length: width }, (_, at) =>
      Math.sqrt(Math.max(0, covariances[at * width + at] ?? 0) / Math.max(1, rows)),
    ).reduce((sum, one) => sum + one, 0),
  );
  return Math.max(0, ...ofLabel);
}
