import { type Baseline, deviationOf, type GaugeWindow, isNext } from './baseline.ts';

/** A window further out than this counts as this far: one strange window is not a change. */
const CLIP = 4;

/** The distance of a window from the mean of its phase, in standard deviations. */
function standardized(baseline: Baseline, { start, value, rows }: GaugeWindow): number {
  const mean = baseline.means[baseline.season.phaseOf(start)] ?? value;
  return (value - mean) / deviationOf(baseline, rows);
}

/**
 * What is new in a window, given the one before: z = (x − ρ x′) / √(1 − ρ²) of the standardized numbers,
 * turned from Student's t (the scale is estimated) into a standard normal number, clipped at ±4. Without a window
 * right before it, x itself.
 */
export function innovation(
  baseline: Baseline,
  window: GaugeWindow,
  before: GaugeWindow | undefined,
  hours: number,
): number {
  const { correlation, degrees } = baseline;
  const x = standardized(baseline, window);
  const z =
    before && isNext(before, window, hours)
      ? (x - correlation * standardized(baseline, before)) / Math.sqrt(1 - correlation ** 2)
      : x;
  return Math.max(-CLIP, Math.min(CLIP, normalOfStudent(z, degrees)));
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
