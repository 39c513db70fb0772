import type { Curves } from '../curves.ts';
import { number } from '../text.ts';
import { frame, legend } from './frame.ts';
import { line, type Mark, words } from './marks.ts';
import { shorten, textWidth } from './measure.ts';
import type { Drawing } from './render.ts';
import { niceScale, position } from './scale.ts';
import { squareAxes } from './square.ts';
import { colour, font, size } from './theme.ts';

const height = 480;
/** With a dash each, so that the colour is not all that tells them apart. */
const LOOKS = [
  { stroke: colour.current, lineDash: undefined },
  { stroke: colour.worse, lineDash: [9, 4] },
  { stroke: colour.better, lineDash: [3, 3] },
  { stroke: colour.estimated, lineDash: [12, 3, 3, 3] },
  { stroke: colour.ink, lineDash: [6, 6] },
] as const;

/** Curves of shares against shares, with thresholds marked on the first one. */
export function drawCurves(chart: Curves): Drawing {
  const { title, curves, figure, marks = [], chance, left } = chart;
  const page = frame({
    ...{ title, height, subtitle: `${chart.y} by ${lower(chart.x)}` },
    ...(left > 0 && { note: `${left} more ${left === 1 ? 'curve' : 'curves'} not drawn.` }),
  });
  const scale = niceScale(0, 1, 5);
  const plot = {
    left: 84,
    right: size.width - size.pad - 26,
    top: page.top + 40,
    bottom: page.bottom - 44,
  };
  const x = (value: number) => position(value, scale, plot.left, plot.right);
  const y = (value: number) => position(value, scale, plot.bottom, plot.top);
  const level =
    chance === 'diagonal' ? { from: 0, to: 1 } : chance && { from: chance.y, to: chance.y };
  return {
    height,
    marks: [
      ...page.marks,
      ...legend(
        curves.map(({ name, figure: value }, at) => ({
          name: `${name}: ${figure} ${number(value)}`,
          swatch: { line: lookOf(at).stroke },
        })),
        page.top + 16,
      ),
      ...squareAxes(scale, plot, x, y),
      ...(level
        ? [
            line(plot.left, y(level.from), plot.right, y(level.to), {
              ...{ stroke: colour.axis, lineWidth: 1.5, lineDash: [6, 4], z: 4 },
            }),
          ]
        : []),
      ...curves.flatMap(({ points }, at) =>
        points.slice(1).map((point, before) => {
          const from = points[before] ?? point;
          const { stroke, lineDash } = lookOf(at);
          return line(x(from.x), y(from.y), x(point.x), y(point.y), {
            ...{ stroke, lineWidth: 2, z: 8 },
            ...(lineDash && { lineDash: [...lineDash] }),
          });
        }),
      ),
      // From top to bottom, as the labels are, so that no line crosses another.
      ...marks
        .toSorted((a, b) => b.y - a.y)
        .flatMap((mark, at) => [
          dot(x(mark.x), y(mark.y)),
          ...labelOf(mark.label, at, marks.length, plot, { x: x(mark.x), y: y(mark.y) }),
        ]),
      words(
        shorten(lower(chart.x), font.strong, plot.right - plot.left),
        (plot.left + plot.right) / 2,
        page.bottom - 10,
        {
          ...{ ...font.strong, align: 'center' },
        },
      ),
    ],
    option: {},
  };
}

const lookOf = (at: number) => LOOKS[at % LOOKS.length] ?? LOOKS[0];
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const dot = (cx: number, cy: number): Mark => ({
  type: 'circle',
  z: 11,
  shape: { cx, cy, r: 5 },
  style: { fill: colour.alert },
});

/** Labels are in a column in the lower right corner, each with a line to its point, so that none covers another. */
function labelOf(
  label: string,
  at: number,
  count: number,
  { left, right, bottom }: { left: number; right: number; bottom: number },
  point: { x: number; y: number },
): Mark[] {
  const text = shorten(label, font.small, (right - left) / 2);
  const row = bottom - 14 - (count - 1 - at) * 20;
  const from = right - 12 - textWidth(text, font.small);
  return [
    line(point.x, point.y, from - 6, row, { stroke: colour.alert, lineWidth: 1, z: 10 }),
    words(text, from, row, { ...font.small, fill: colour.ink }),
  ];
}
