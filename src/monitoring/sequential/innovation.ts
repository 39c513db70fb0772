/** A window further out than this counts as this far: one strange window is not a change. */
const CLIP = 3.5;

/**
 * What is new in a window, given the one before: (x − ρ x′) / √(1 − ρ²) of the standardized numbers. Without a
 * window right before it, x itself.
 */
export function innovation(correlation: number, x: number, before: number | undefined): number {
  return before === undefined ? x : (x - correlation * before) / Math.sqrt(1 - correlation ** 2);
}

/**
 * An innovation as a standard normal number: by the spread of its side, from Student's t (the scale is estimated),
 * clipped at ±3.5.
 */
export function normalized(
  innovation: number,
  { up, down }: { up: number; down: number },
  degrees: number,
): number {
  const z = normalOfStudent(innovation / (innovation > 0 ? up : down), degrees);
  return Math.max(-CLIP, Math.min(CLIP, z));
}

/**
 * The standard normal number with the tail probability of Student's t, by the second approximation of D. L.
 * Wallace, "Bounds on normal approximations to Student's and the chi-square distributions" (1959):
 * (8ν + 1) / (8ν + 3) · √(ν ln(1 + t² / ν)), within 0.04 for ν ≥ 3 and |t| ≤ 6.
 */
export function normalOfStudent(t: number, degrees: number): number {
  const scale = (8 * degrees + 1) / (8 * degrees + 3);
  return Math.sign(t) * scale * Math.sqrt(degrees * Math.log1p(t ** 2 / degrees));
}
