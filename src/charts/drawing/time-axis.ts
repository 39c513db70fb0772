import { line, type Mark, words } from './marks.ts';
import { colour, font } from './theme.ts';
import { timeTicks } from './times.ts';

interface Axis {
  left: number;
  right: number;
  y: number;
  x(time: number): number;
}

/** A label and the space around it. */
const TICK_PX = 60;

/** Round times below a chart, as many as have room. */
export function timeAxis(
  { min, max }: { min: number; max: number },
  { left, right, y, x }: Axis,
): Mark[] {
  const room = Math.floor((x(max) - x(min)) / TICK_PX);
  const ticks = timeTicks(min, max, Math.min(8, Math.max(1, room)));
  return [
    line(left, y, right, y, { stroke: colour.axis }),
    ...ticks.flatMap(({ time, label }) => [
      line(x(time), y, x(time), y + 4, { stroke: colour.axis }),
      words(label, x(time), y + 15, { ...font.small, fill: colour.muted, align: 'center' }),
    ]),
  ];
}
