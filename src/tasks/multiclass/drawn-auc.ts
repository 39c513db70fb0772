import type { Answers, Groups, Pair } from '../../core/task.ts';

/**
 * The improvement in the mean one-against-the-rest AUC, over drawn groups. AUC is not a function of sums, so
 * rows are sorted once, and each draw walks over them with its weights. O(rows × classes) per draw. Undefined
 * if a class of the rows is missing in a draw.
 */
export function drawnAuc(
  { labels, champion, challenger, classes }: Pair,
  groups: Groups,
): (times: Int32Array) => number | undefined {
  const k = classes.length;
  const occurring = classes
    .map((_, at) => at)
    .filter((at) => {
      const rows = Array.from(labels).filter((label) => label === at).length;
      return rows > 0 && rows < labels.length;
    });
  const walks = occurring.map(
    (at) =>
      [walk(labels, champion, k, at, groups), walk(labels, challenger, k, at, groups)] as const,
  );
  return (times) => {
    let sum = 0;
    for (const [before, after] of walks) {
      const [old, young] = [before(times), after(times)];
      if (old === undefined || young === undefined) return undefined;
      sum += young - old;
    }
    return walks.length === 0 ? undefined : sum / walks.length;
  };
}

/** One model's AUC for one class, as a function of how often each group was drawn. */
function walk(labels: ArrayLike<number>, answers: Answers, k: number, at: number, groups: Groups) {
  const rows = labels.length;
  const score = (row: number) => answers[row * k + at] ?? 0;
  const order = Int32Array.from({ length: rows }, (_, row) => row).sort(
    (a, b) => score(a) - score(b),
  );
  const group = Int32Array.from(order, (row) => groups.of[row] ?? 0);
  const positive = Uint8Array.from(order, (row) => (labels[row] === at ? 1 : 0));
  const isNext = Uint8Array.from(order, (row, place) =>
    place > 0 && score(row) !== score(order[place - 1] ?? 0) ? 1 : 0,
  );
  return (times: Int32Array): number | undefined => {
    let pairs = 0;
    let positives = 0;
    let below = 0;
    // For equal scores.
    let [tiedPositives, tiedNegatives] = [0, 0];
    for (let place = 0; place < rows; place += 1) {
      if (isNext[place] === 1) {
        pairs += tiedPositives * (below + tiedNegatives / 2);
        positives += tiedPositives;
        below += tiedNegatives;
        tiedPositives = 0;
        tiedNegatives = 0;
      }
      const weight = times[group[place] ?? 0] ?? 0;
      if (positive[place] === 1) tiedPositives += weight;
      else tiedNegatives += weight;
    }
    pairs += tiedPositives * (below + tiedNegatives / 2);
    positives += tiedPositives;
    below += tiedNegatives;
    return positives === 0 || below === 0 ? undefined : pairs / (positives * below);
  };
}
