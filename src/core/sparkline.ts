const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const longest = 40;

/**
 * A row of block characters where a picture does not fit: from the lowest to the highest value of the row. A
 * non-finite value leaves a gap; more than 40 values are averaged in equal runs; a constant row is at half
 * height.
 */
export function sparkline(values: readonly number[]): string {
  const points = values.length > longest ? averaged(values) : values;
  const finite = points.filter(Number.isFinite);
  const low = Math.min(...finite);
  // Halved first: the difference of two huge numbers of opposite sign is not finite.
  const half = Math.max(...finite) / 2 - low / 2;
  return points
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = half > 0 ? (value / 2 - low / 2) / half : 0.5;
      return blocks[Math.min(blocks.length - 1, Math.floor(share * blocks.length))] ?? ' ';
    })
    .join('');
}

function averaged(values: readonly number[]): number[] {
  return Array.from({ length: longest }, (_, run) => {
    const from = Math.floor((run * values.length) / longest);
    const to = Math.floor(((run + 1) * values.length) / longest);
    const finite = values.slice(from, to).filter(Number.isFinite);
    return finite.reduce(
      (sum, value) => sum + value / finite.length,
      finite.length > 0 ? 0 : Number.NaN,
    );
  });
}
