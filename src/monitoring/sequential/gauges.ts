import type { Profile } from '../profile/profile.ts';
import { rowsOf } from '../profile/profile.ts';

/** Categories with at least this share of the reference have a gauge of their own. */
const LARGE = 0.05;

/**
 * One number that is read from every window of a column: the mean of a score over its rows. For a numeric column
 * `location` is the mean mid-rank (0.5 without drift; 0.282 higher after a shift of one standard deviation of a
 * normal column, if that is small) and `spread` the mean distance of the rank from the middle, from 0 to 1. All
 * others are shares of rows.
 */
export interface Gauge {
  column: string;
  /** `location`, `spread`, `null`, `unusable` (NaN and infinities), `unseen`, or `share of AA`. */
  name: string;
  /** Gauges of a kind depend on what was before in the same way. */
  kind: 'location' | 'spread' | 'share' | 'unseen' | 'null' | 'unusable';
  /** Variance of the score of one row of the reference: a window of n independent rows has this / n. */
  variance: number;
  /** Undefined if the window has no row to read it from. */
  read(window: Profile): Reading | undefined;
}

/** The number in one window, and the rows it is a mean of. */
export interface Reading {
  value: number;
  rows: number;
}

/** The gauges of a column, by its reference. */
export function gaugesOf(column: string, reference: Profile): Gauge[] {
  const { spec, counts, count } = reference;
  const share = counts.map((rows) => (count === 0 ? 0 : rows / count));
  const gauge = (kind: Gauge['kind'], scores: readonly number[], name: string = kind): Gauge => ({
    ...{ column, name, kind },
    variance: varianceOf(scores, share),
    read: (window) => meanScore(scores, window),
  });
  const lost = [
    countOf(column, 'null', reference, ({ nulls }) => nulls),
    countOf(
      column,
      'unusable',
      reference,
      (window) => window.nans + window.positiveInfinities + window.negativeInfinities,
    ),
  ];
  const only = (bin: number) => counts.map((_, at) => (at === bin ? 1 : 0));
  const unseen = gauge('unseen', only(counts.length - 1));
  if (spec.kind === 'categories') {
    const large = spec.categories.flatMap((category, bin) =>
      (share[bin] ?? 0) >= LARGE ? [gauge('share', only(bin), `share of ${category}`)] : [],
    );
    return [...large, ...(spec.others === null ? [] : [unseen]), ...lost];
  }
  if (spec.kind === 'intervals') return [...numeric(midRanks(share)), ...lost];
  // A constant is judged by the share that left it.
  const constant = share.filter((rows) => rows > 0).length <= 1;
  // Unseen numbers are somewhere between, below and above the others: they say nothing of the location.
  const ranks = [...midRanks(share).slice(0, -1), 0.5];
  return [...(constant ? [] : numeric(ranks)), unseen, ...lost];

  function numeric(ranks: readonly number[]): Gauge[] {
    const outwards = ranks.map((rank) => Math.abs(2 * rank - 1));
    return [gauge('location', ranks), gauge('spread', outwards)];
  }
}

/** s_b = F(below b) + p_b / 2: the mean rank, from 0 to 1, of the reference's rows in bin b. */
function midRanks(share: readonly number[]): number[] {
  let below = 0;
  return share.map((p) => {
    const rank = below + p / 2;
    below += p;
    return rank;
  });
}

function meanScore(scores: readonly number[], { counts, count }: Profile): Reading | undefined {
  if (count === 0) return undefined;
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin += 1) sum += (counts[bin] ?? 0) * (scores[bin] ?? 0);
  return { value: sum / count, rows: count };
}

function varianceOf(scores: readonly number[], share: readonly number[]): number {
  const mean = scores.reduce((sum, score, bin) => sum + score * (share[bin] ?? 0), 0);
  return scores.reduce((sum, score, bin) => sum + (score - mean) ** 2 * (share[bin] ?? 0), 0);
}

/** A share of all rows, with or without values. */
function countOf(
  column: string,
  kind: 'null' | 'unusable',
  reference: Profile,
  hits: (window: Profile) => number,
): Gauge {
  const read = (window: Profile) => {
    const rows = rowsOf(window);
    return rows === 0 ? undefined : { value: hits(window) / rows, rows };
  };
  const share = read(reference)?.value ?? 0;
  return { column, name: kind, kind, variance: share * (1 - share), read };
}
