/**
 * The complete windows among those with rows: multiples of their length since the epoch, from the oldest
 * prediction not evaluated yet to the newest one. If predictions start in the middle of a window, it is left
 * out, because it is incomplete. Windows without rows cost nothing.
 * @param filled starts of the windows that have rows, in milliseconds since the epoch
 * @param span times of the oldest and the newest relevant prediction
 * @param judgedTo end of the last evaluated window, if there was one
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
  // What was evaluated with windows of another length is not evaluated again in part.
  const start = judgedTo ? Math.max(up(judgedTo), down(oldest)) : up(oldest);
  return [...filled]
    .filter((from) => from >= start && from + length <= newest.getTime())
    .toSorted((a, b) => a - b)
    .map((from) => ({ from: new Date(from), to: new Date(from + length) }));
}

/**
 * The windows of a clock that have ended since the last one that was evaluated, oldest first, and at most the newest
 * `most`; before any was evaluated, the last one.
 * @param now the time up to which everything is known
 */
export function endedWindows(
  now: Date,
  hours: number,
  judgedTo: Date | undefined,
  most: number,
): { from: Date; to: Date }[] {
  const length = hours * 3_600_000;
  const end = Math.floor(now.getTime() / length) * length;
  const first = judgedTo ? Math.ceil(judgedTo.getTime() / length) * length : end - length;
  const windows = [];
  for (let from = Math.max(first, end - most * length); from < end; from += length)
    windows.push({ from: new Date(from), to: new Date(from + length) });
  return windows;
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
