import { textWidth } from '../../../src/charts/drawing/measure.ts';

export interface Written {
  text: string;
  /** Corners in logical pixels, in order round the box. */
  corners: [number, number][];
}

/** Every text of a drawn SVG and its position, by its own attributes. */
export function written(svg: string): Written[] {
  return [...svg.matchAll(/<text ([^>]*)>([^<]*)<\/text>/g)].map(
    ([, attributes = '', encoded = '']) => {
      const read = (name: string) =>
        new RegExp(`(?:^|[\\s;"])${name}[=:]"?([^";]*)`).exec(attributes)?.[1];
      const text = encoded
        .replaceAll('&lt;', '<')
        .replaceAll('&gt;', '>')
        .replaceAll('&quot;', '"')
        .replaceAll('&#39;', "'")
        .replaceAll('&amp;', '&');
      const size = Number.parseFloat(read('font-size') ?? '12');
      const width = textWidth(text, { size, bold: read('font-weight') === 'bold' });
      const from = { middle: -width / 2, end: -width }[read('text-anchor') ?? ''] ?? 0;
      const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = matrix(read('transform'));
      const [x, y] = [Number(read('x') ?? 0), Number(read('y') ?? 0)];
      // The letters' body around the middle line, without the leading.
      const box: [number, number][] = [
        [x + from, y - size * 0.42],
        [x + from + width, y - size * 0.42],
        [x + from + width, y + size * 0.42],
        [x + from, y + size * 0.42],
      ];
      return { text, corners: box.map(([u, v]) => [a * u + c * v + e, b * u + d * v + f]) };
    },
  );
}

/** Pairs that overlap, by the separating axis theorem: rotated boxes count exactly. */
export function overlaps(all: readonly Written[]): [string, string][] {
  return all.flatMap((one, at) =>
    all
      .slice(at + 1)
      .filter((other) => !apart(one.corners, other.corners) && !apart(other.corners, one.corners))
      .map((other): [string, string] => [one.text, other.text]),
  );
}

export function outside(all: readonly Written[], width: number, height: number): string[] {
  return all
    .filter(({ corners }) =>
      corners.some(([x, y]) => x < 4 || y < 4 || x > width - 4 || y > height - 4),
    )
    .map(({ text }) => text);
}

function apart(one: [number, number][], other: [number, number][]): boolean {
  return one.some(([x, y], at) => {
    const [nextX, nextY] = one[(at + 1) % one.length] ?? [x, y];
    const along = ([u, v]: [number, number]) => u * (nextY - y) - v * (nextX - x);
    const [a, b] = [one.map(along), other.map(along)];
    return Math.max(...a) <= Math.min(...b) || Math.max(...b) <= Math.min(...a);
  });
}

function matrix(transform: string | undefined): number[] {
  const [, kind, list = ''] = /(matrix|translate)\(([^)]*)\)/.exec(transform ?? '') ?? [];
  const numbers = list.split(/[\s,]+/).map(Number);
  return kind === 'translate' ? [1, 0, 0, 1, ...numbers] : kind ? numbers : [];
}
