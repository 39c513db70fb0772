import type { Cost, Decision, Threshold } from '../../core/evaluation-report.ts';
import type { Answers, Labels } from '../../core/task.ts';

/**
 * From which score on to answer yes if errors cost `cost`: as calibrated probabilities imply it, fp / (fp + fn)
 * (Elkan 2001), and as it would have been best on these rows. A score at or above a threshold answers yes; a
 * threshold above 1 never does. O(n log n).
 */
export function decide(labels: Labels, scores: Answers, cost: Cost, usual: number): Decision {
  const at = (threshold: number) => costAt(labels, scores, cost, threshold);
  const implied = cost.fp + cost.fn > 0 ? cost.fp / (cost.fp + cost.fn) : usual;
  return { cost, implied: at(implied), best: at(bestOf(labels, scores, cost)), usual: at(usual) };
}

function costAt(labels: Labels, scores: Answers, { fp, fn }: Cost, at: number): Threshold {
  let falsePositives = 0;
  let falseNegatives = 0;
  for (let row = 0; row < labels.length; row += 1) {
    const yes = (scores[row] ?? 0) >= at;
    if (yes && labels[row] !== 1) falsePositives += 1;
    if (!yes && labels[row] === 1) falseNegatives += 1;
  }
  const cost = (fp * falsePositives + fn * falseNegatives) / Math.max(1, labels.length);
  return { at, cost, falsePositives, falseNegatives };
}

/** Above all scores. */
const NEVER = 1.01;

/** The cheapest threshold; of several, the highest, which answers yes least often. */
function bestOf(labels: Labels, scores: Answers, { fp, fn }: Cost): number {
  const order = Array.from(labels, (_, row) => row).sort(
    (a, b) => (scores[b] ?? 0) - (scores[a] ?? 0),
  );
  // Compared with never answering yes: each yes costs fp if it was no, and saves fn if it was yes.
  let [cost, least, best] = [0, 0, NEVER];
  for (const [at, row] of order.entries()) {
    cost += labels[row] === 1 ? -fn : fp;
    const score = scores[row] ?? 0;
    // Equal scores are answered alike.
    const next = order[at + 1];
    if (next !== undefined && scores[next] === score) continue;
    if (cost < least) [least, best] = [cost, score];
  }
  return best;
}
