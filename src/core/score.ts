/** A sum of float32 probabilities may exceed 1 by rounding. */
const TOLERANCE = 1e-6;

/** Whether this can be a probability: finite, and from 0 to 1. */
export function isScore(score: number): boolean {
  return score >= -TOLERANCE && score <= 1 + TOLERANCE;
}
