/**
 * Holm's step-down adjustment of p-values (1979), in the given order: rejecting those at or below alpha keeps
 * the probability of any false rejection within alpha.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, at) => ({ p, at })).sort((a, b) => a.p - b.p);
  const adjusted = new Array<number>(pValues.length).fill(1);
  let floor = 0;
  order.forEach(({ p, at }, step) => {
    floor = Math.max(floor, Math.min(1, p * (order.length - step)));
    adjusted[at] = floor;
  });
  return adjusted;
}
