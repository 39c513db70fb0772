/**
 * The windows of prediction time that are complete: multiples of their length since the epoch, from
 * the oldest prediction not judged yet to the newest one. A window that the predictions begin in the
 * middle of is left out; it would be compared short.
 * @param span times of the oldest and the newest prediction that come into question
 * @param judgedTo end of the last window judged, where there was one
 */
export function completeWindows(
  { oldest, newest }: { oldest: Date; newest: Date },
  hours: number,
  judgedTo?: Date,
): { from: Date; to: Date }[] {
  const length = hours * 3_600_000;
  const first = judgedTo ?? new Date(Math.ceil(oldest.getTime() / length) * length);
  // Where nothing was predicted for a long time, the empty windows in between say nothing.
  const start = Math.max(first.getTime(), Math.floor(oldest.getTime() / length) * length);
  const windows: { from: Date; to: Date }[] = [];
  for (let from = start; from + length <= newest.getTime(); from += length)
    windows.push({ from: new Date(from), to: new Date(from + length) });
  return windows;
}
