/** Losses from 0 to 1, summed. */
export interface LossSums {
  rows: number;
  sum: number;
  /** Σ (loss − centre)², around a centre that was fixed before the losses were known. */
  spread: number;
}

/**
 * Upper bound of the mean of independent values from 0 to 1 with this average, at the confidence 1 − alpha: the mean
 * at which the Chernoff–Hoeffding bound exp(−rows · kl(average, mean)) reaches alpha (Hoeffding 1963). Holds for any
 * number of rows.
 */
export function upperBound(average: number, rows: number, alpha: number): number {
  const least = Math.log(1 / alpha) / rows;
  return bisect(average, 1, (mean) => divergence(average, mean) < least);
}

/** Kullback–Leibler divergence of Bernoulli distributions, in nats. */
function divergence(p: number, q: number): number {
  const part = (a: number, b: number) => (a === 0 ? 0 : a * Math.log(a / b));
  return part(p, q) + part(1 - p, 1 - q);
}

/**
 * Whether a share of rows is certainly larger than allowed, at the confidence 1 − alpha (Chernoff–Hoeffding, for as
 * many independent rows).
 */
export function isCertainlyAbove(
  share: number,
  { rows, allowed, alpha }: { rows: number; allowed: number; alpha: number },
): boolean {
  return share > allowed && rows * divergence(share, allowed) >= Math.log(1 / alpha);
}

/** Bets on the size of the excess, fixed beforehand, each with the same share. */
const BETS = [0.003, 0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8];

/**
 * Evidence against the hypothesis that the mean loss is at most `risk`, as the logarithm of an e-value: if that is
 * true, its expectation is at most 1 whenever one looks. A mixture of exp(λ Σ(x − risk) − ψ(λ) Σ(x − centre)²) with
 * ψ(λ) = −ln(1 − λ) − λ (Fan, Grama & Liu 2015; Howard et al. 2021, empirical Bernstein).
 * @param clustering how many times more the losses vary than independent ones: evidence counts that much less
 */
export function logEvidence({ rows, sum, spread }: LossSums, risk: number, clustering = 1): number {
  const logs = BETS.map(
    (bet) => (bet * (sum - rows * risk) + (Math.log1p(-bet) + bet) * spread) / clustering,
  );
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((all, log) => all + Math.exp(log - most), 0) / BETS.length);
}

/**
 * Lower bound of the mean loss that holds at all times together with the probability 1 − alpha: a confidence sequence.
 */
export function lowerBound(sums: LossSums, alpha: number, clustering = 1): number {
  const enough = Math.log(1 / alpha);
  if (logEvidence(sums, 0, clustering) < enough) return 0;
  return bisect(0, 1, (risk) => logEvidence(sums, risk, clustering) >= enough);
}

/** The largest value for which something holds that holds up to there, within 1e-9. */
function bisect(from: number, to: number, holds: (value: number) => boolean): number {
  let [low, high] = [from, to];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** As much as these pairs of windows is assumed before any was seen, with this ratio. */
const ASSUMED = { pairs: 4, ratio: 10 };
/** A pair of windows with a change between them says little about the others. */
const MOST = 100;

/** A mean of a window, and the variance that it has if the window's rows are independent. */
export interface WindowMean {
  mean: number;
  variance: number;
}

/**
 * How many times more the mean loss varies from one window to the next than that of independent rows would: a storm
 * delays all flights of a day. At least 1, and 10 as long as there is nothing to learn it from, as for days of flights. The largest step is
 * left out, because it may be the change that is looked for.
 * @param centre of the spreads
 */
export function clusteringOf(windows: readonly LossSums[], centre: number): number {
  return scatterOf(
    windows.map(({ rows, sum, spread }) => {
      const mean = sum / rows;
      const variance = rows < 2 ? 0 : Math.max(0, spread / rows - (mean - centre) ** 2) / rows;
      return { mean, variance };
    }),
  );
}

/** The same for means of any kind. A window without a variance says nothing. */
export function scatterOf(windows: readonly WindowMean[]): number {
  const ratios = windows.flatMap((later, at) => {
    const earlier = windows[at - 1];
    if (!earlier) return [];
    const expected = earlier.variance + later.variance;
    if (!(expected > 0)) return [];
    return [Math.min(MOST, (later.mean - earlier.mean) ** 2 / expected)];
  });
  const kept = ratios.toSorted((a, b) => a - b).slice(0, -1);
  const sum = kept.reduce((all, one) => all + one, ASSUMED.pairs * ASSUMED.ratio);
  return Math.max(1, sum / (kept.length + ASSUMED.pairs));
}
