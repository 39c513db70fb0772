/**
 * ln Γ(x) for x > 0: Stirling's series from 8 on, and the recurrence below. Within 1e-11 (Abramowitz & Stegun 6.1.40).
 */
function logGamma(x: number): number {
  let shifted = x;
  let below = 1;
  while (shifted < 8) {
    below *= shifted;
    shifted += 1;
  }
  const inverse = 1 / (shifted * shifted);
  const series =
    (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) /
    shifted;
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    0.5 * Math.log(2 * Math.PI) +
    series -
    Math.log(below)
  );
}

/** ln B(a, b), for positive numbers. */
export const logBeta = (a: number, b: number): number =>
  logGamma(a) + logGamma(b) - logGamma(a + b);
