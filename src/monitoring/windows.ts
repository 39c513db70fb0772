/**
 * The windows of prediction time that are complete: multiples of their length since the epoch, from
 * the oldest prediction not judged yet to the newest one. A window that the predictions begin in the
 * middle of is left out; it would be compared short.
 * @param span times of the oldest and the newest prediction that come into question
 * @param judgedTo end of the last window judged, where there was one
 * @param most so many, the oldest
 */
export function completeWindows(
  { oldest, newest }: { oldest: Date; newest: Date },
  hours: number,
  judgedTo: Date | undefined,
  most: number,
): { from: Date; to: Date }[] {
  const length = hours * 3_600_000;
  const up = (time: Date) => Math.ceil(time.getTime() / length) * length;
  const down = (time: Date) => Math.floor(time.getTime() / length) * length;
  // Where nothing was predicted for a long time, the empty windows in between say nothing. What was
  // judged by windows of another length is not judged again in part.
  const start = judgedTo ? Math.max(up(judgedTo), down(oldest)) : up(oldest);
  const windows: { from: Date; to: Date }[] = [];
  for (let from = start; from + length <= newest.getTime() && windows.length < most; from += length)
    windows.push({ from: new Date(from), to: new Date(from + length) });
  return windows;
}
