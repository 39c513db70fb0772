/**
 * Of the windows that have rows, those that are complete: multiples of their length since the epoch, from
 * the oldest prediction not judged yet to the newest one. A window that the predictions begin in the
 * middle of is left out; it would be compared short. Windows without rows say nothing and cost nothing.
 * @param filled starts of the windows that have rows, in milliseconds since the epoch
 * @param span times of the oldest and the newest prediction that come into question
 * @param judgedTo end of the last window judged, where there was one
 */
export function completeWindows(
  filled: Iterable<number>,
  { oldest, newest }: { oldest: Date; newest: Date },
  hours: number,
  judgedTo: Date | undefined,
): { from: Date; to: Date }[] {
  const length = hours * 3_600_000;
  const up = (time: Date) => Math.ceil(time.getTime() / length) * length;
  const down = (time: Date) => Math.floor(time.getTime() / length) * length;
  // What was judged by windows of another length is not judged again in part.
  const start = judgedTo ? Math.max(up(judgedTo), down(oldest)) : up(oldest);
  return [...filled]
    .filter((from) => from >= start && from + length <= newest.getTime())
    .toSorted((a, b) => a - b)
    .map((from) => ({ from: new Date(from), to: new Date(from + length) }));
}

/** Rows of each window that has any, by its start in milliseconds since the epoch. */
export function rowsByWindow(
  buckets: readonly { bucket: Date; rows: number }[],
  hours: number,
): Map<number, number> {
  const length = hours * 3_600_000;
  const found = new Map<number, number>();
  for (const { bucket, rows } of buckets) {
    const from = Math.floor(bucket.getTime() / length) * length;
    found.set(from, (found.get(from) ?? 0) + rows);
  }
  return found;
}
