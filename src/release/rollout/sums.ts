/** Values from 0 to 1 that one version gave, summed. */
export interface Sums {
  n: number;
  sum: number;
  /** Σ value². Equal to `sum` where each value is 0 or 1. */
  squares: number;
}

/** The two versions of a rollout, over the same requests in random order. */
export interface Arms {
  stable: Sums;
  challenger: Sums;
}

/** An interval of challenger − stable that holds at all times together with the probability 1 − α. */
export interface Interval {
  difference: number;
  low: number;
  high: number;
}

/** `count` of `n` values are 1, the others are 0. */
export const shareOf = (n: number, count: number): Sums => ({ n, sum: count, squares: count });

export const NOTHING: Interval = { difference: 0, low: -1, high: 1 };
