import type { ResidualsChart } from '../residuals.ts';
import { signed } from '../text.ts';
import { frame } from './frame.ts';
import { box, line, type Mark, words } from './marks.ts';
import { shorten } from './measure.ts';
import type { Drawing } from './render.ts';
import { niceScale, position, tick } from './scale.ts';
import { colour, font, size } from './theme.ts';

const height = 250;

/** A box plot: the box holds half of the rows, the line 90% of them. */
export function drawResiduals({
  title,
  unit = '',
  p5,
  p25,
  p50,
  p75,
  p95,
}: ResidualsChart): Drawing {
  const behind = unit === '' ? '' : `, in ${unit}`;
  const note = `Box: half of the rows, ${signed(p25)} to ${signed(p75)}. Line: 90% of them, ${signed(p5)} to ${signed(p95)}. Median: ${signed(p50)}.`;
  const page = frame({ title, subtitle: `Actual minus predicted${behind}`, note, height });
  const scale = niceScale(Math.min(p5, 0), Math.max(p95, 0), 6);
  const plot = {
    left: size.pad + 30,
    right: size.width - size.pad - 30,
    top: page.top + 12,
    bottom: page.bottom - 50,
  };
  const x = (value: number) => position(value, scale, plot.left, plot.right);
  const y = (plot.top + plot.bottom) / 2;
  const count = Math.round((scale.max - scale.min) / scale.step);
  const room = (plot.right - plot.left) / Math.max(1, count) - 8;
  const ticks = Array.from({ length: count + 1 }, (_, at) => scale.min + at * scale.step);
  const bar = { stroke: colour.current, lineWidth: 2.5, z: 6 };
  const strong = { ...font.small, bold: true };
  return {
    height,
    marks: [
      ...page.marks,
      ...ticks.flatMap((value): Mark[] => [
        line(x(value), plot.top, x(value), plot.bottom, { stroke: colour.grid, z: 1 }),
        words(shorten(tick(value, scale.step), font.small, room), x(value), plot.bottom + 13, {
          ...{ ...font.small, fill: colour.muted, align: 'center' },
        }),
      ]),
      line(x(0), plot.top, x(0), plot.bottom, { stroke: colour.ink, lineWidth: 1.5, z: 4 }),
      line(x(p5), y, x(p95), y, bar),
      ...[p5, p95].map((end) => line(x(end), y - 9, x(end), y + 9, bar)),
      box(x(p25), y - 20, Math.max(2, x(p75) - x(p25)), 40, {
        ...{ fill: colour.interval, stroke: colour.current, r: 3, z: 7 },
      }),
      line(x(p50), y - 20, x(p50), y + 20, { stroke: colour.current, lineWidth: 3, z: 8 }),
      words('← predicted too much', plot.left, plot.bottom + 34, strong),
      words('predicted too little →', plot.right, plot.bottom + 34, { ...strong, align: 'right' }),
    ],
    option: {},
  };
}
