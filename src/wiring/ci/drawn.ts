const WIDTH = 25;

/** An interval as text, e.g. `······│─●──······`, for tables that are read without pictures. */
export function drawn(
  { low, delta, high }: { low: number; delta: number; high: number },
  reach: number,
): string {
  const middle = (WIDTH - 1) / 2;
  const place = (value: number) => {
    const at = reach > 0 ? middle + (value / reach) * middle : middle;
    return Math.round(Math.min(WIDTH - 1, Math.max(0, at)));
  };
  const [from, to, point] = [place(low), place(high), place(delta)];
  const cells = Array.from({ length: WIDTH }, (_, at) => {
    if (at === point) return '●';
    if (at === middle) return '┃';
    return at >= from && at <= to ? '─' : '·';
  });
  return `\`${cells.join('')}\``;
}
