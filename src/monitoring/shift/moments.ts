import { z } from 'zod';
import type { Answers, Labels } from '../../core/task.ts';

const Numbers = z.array(z.number());

/** How a model answers: the mean of its probabilities over some rows, and their covariances, row by row. */
const Moments = z.object({ rows: z.number(), means: Numbers, covariances: Numbers });

export type Moments = z.output<typeof Moments>;

/** By true label, over the evaluated rows: what a shift of labels is told by. */
export const AnswersByLabel = z.array(Moments);

export type AnswersByLabel = z.output<typeof AnswersByLabel>;

/**
 * The moments of answers of `width` numbers, of the rows for which `among` holds. A score is two probabilities:
 * those of 0 and of 1.
 */
export function momentsOf(
  answers: Answers,
  width: number,
  among: (row: number) => boolean = () => true,
): Moments {
  const size = Math.max(2, width);
  const sums = new Float64Array(size);
  const products = new Float64Array(size * size);
  const shares = new Float64Array(size);
  let rows = 0;
  for (let row = 0; row * width < answers.length; row += 1) {
    if (!among(row)) continue;
    rows += 1;
    if (width === 1) {
      const score = answers[row] ?? 0;
      shares[0] = 1 - score;
      shares[1] = score;
    } else for (let at = 0; at < size; at += 1) shares[at] = answers[row * width + at] ?? 0;
    for (let a = 0; a < size; a += 1) {
      const one = shares[a] ?? 0;
      sums[a] = (sums[a] ?? 0) + one;
      for (let b = 0; b <= a; b += 1)
        products[a * size + b] = (products[a * size + b] ?? 0) + one * (shares[b] ?? 0);
    }
  }
  const means = Array.from(sums, (sum) => (rows > 0 ? sum / rows : 0));
  const covariances = Array.from({ length: size * size }, (_, at) => {
    const [a, b] = [Math.floor(at / size), at % size];
    const product = products[Math.max(a, b) * size + Math.min(a, b)] ?? 0;
    return rows > 0 ? product / rows - (means[a] ?? 0) * (means[b] ?? 0) : 0;
  });
  return { rows, means, covariances };
}

/** The same for the rows of each label. */
export const momentsByLabel = (labels: Labels, answers: Answers, width: number): AnswersByLabel =>
  Array.from({ length: Math.max(2, width) }, (_, label) =>
    momentsOf(answers, width, (row) => labels[row] === label),
  );
