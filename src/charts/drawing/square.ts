import { line, type Mark, words } from './marks.ts';
import { shorten } from './measure.ts';
import { type Scale, tick } from './scale.ts';
import { colour, font, size } from './theme.ts';

/** A label at the end of the axis stays on the card. */
const MOST_PX = 88;

interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Two axes with one scale: a grid, with labels below and to the left. */
export function squareAxes(
  { min, max, step }: Scale,
  { left, right, top, bottom }: Plot,
  x: (value: number) => number,
  y: (value: number) => number,
): Mark[] {
  const count = Math.round((max - min) / step);
  const look = { ...font.small, fill: colour.muted };
  return Array.from({ length: count + 1 }, (_, at) => min + at * step).flatMap((value) => [
    line(left, y(value), right, y(value), { stroke: colour.grid, z: 1 }),
    line(x(value), top, x(value), bottom, { stroke: colour.grid, z: 1 }),
    words(shorten(tick(value, step), font.small, left - size.pad - 8), left - 8, y(value), {
      ...{ ...look, align: 'right' },
    }),
    words(
      shorten(tick(value, step), font.small, Math.min(MOST_PX, (right - left) / (count + 1) - 6)),
      x(value),
      bottom + 14,
      {
        ...{ ...look, align: 'center' },
      },
    ),
  ]);
}
