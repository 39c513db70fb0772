/** Where a condition that holds at `from` stops to hold on the way to `to`, within 2^-steps of their distance. */
export function lastWhere(
  from: number,
  to: number,
  holds: (at: number) => boolean,
  steps = 50,
): number {
  if (holds(to)) return to;
  let [inside, outside] = [from, to];
  for (let step = 0; step < steps; step += 1) {
    const middle = (inside + outside) / 2;
    if (holds(middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}
