import { scatterOf } from '../../statistics/bounded-mean.ts';
import type { WatchedFigure } from './measurement.ts';

/** By how many standard errors the estimate may be beyond the limit: bets that are fixed before any window. */
const BETS = [0.5, 1, 1.5];
/** One window is not believed more than this. */
const MOST = 4;

/**
 * The evidence after each window that estimates are beyond a limit: a Shiryaev–Roberts e-detector (Shin, Ramdas &
 * Rinaldo, arXiv 2203.03532) over windows, of which each counts by how many standard errors its estimate is beyond the
 * limit. These are those of its rows, widened by how much more windows differ than independent rows would. If no
 * window's expectation is beyond the limit, the mean time until the evidence is W is at least W windows, as far as
 * estimates are normal: the bets are those of an asymptotic confidence sequence (arXiv 2103.06476). Kept at `cap`, so
 * that a long alarm ends soon after its cause.
 * @param figures oldest first
 */
export function evidenceOf(
  figures: readonly WatchedFigure[],
  limitOf: (figure: WatchedFigure) => number,
  cap: number,
): number[] {
  const means = figures.map(({ value, error }) => ({ mean: value, variance: error ** 2 }));
  // Learned from so few windows, it may be larger by two of its own standard errors.
  const scatter = Math.sqrt(scatterOf(means) * (1 + 2 * Math.sqrt(3 / (means.length + 4))));
  const sums = BETS.map(() => 0);
  return figures.map((figure) => {
    const beyond = (figure.value - limitOf(figure)) * (figure.higherIsBetter ? -1 : 1);
    const z = zOf(beyond, figure.error * scatter);
    for (const [at, bet] of BETS.entries())
      sums[at] = Math.min(cap, ((sums[at] ?? 0) + 1) * Math.exp(bet * z - bet ** 2 / 2));
    return sums.reduce((all, one) => all + one / BETS.length, 0);
  });
}

/** Without an error, all that is known is the side. */
function zOf(beyond: number, error: number): number {
  if (!(error > 0)) return beyond > 0 ? MOST : -MOST;
  return Math.min(MOST, Math.max(-MOST, beyond / error));
}
