import type { CalibrationChart } from '../calibration.ts';
import { drawable } from '../text.ts';
import { frame, legend } from './frame.ts';
import { line, type Mark, words } from './marks.ts';
import { shorten } from './measure.ts';
import type { Drawing } from './render.ts';
import { niceScale, position } from './scale.ts';
import { squareAxes } from './square.ts';
import { colour, font, size } from './theme.ts';

const height = 440;

/** Observed by predicted, with intervals, and the line on which both are equal. */
export function drawCalibration({ title, unit, bins }: CalibrationChart): Drawing {
  const page = frame({ title, height, subtitle: 'Groups of predictions, with 95% intervals' });
  const values = bins
    .flatMap(({ predicted, actual, low, high }) => [predicted, actual, low, high])
    .filter(drawable);
  // One scale for both axes, so that the line of equality is a diagonal.
  const scale = niceScale(Math.min(...values), Math.max(...values), 5);
  const plot = {
    left: 84,
    right: size.width - size.pad - 26,
    top: page.top + 40,
    bottom: page.bottom - 44,
  };
  const x = (value: number) => position(value, scale, plot.left, plot.right);
  const y = (value: number) => position(value, scale, plot.bottom, plot.top);
  const room = plot.right - plot.left;
  return {
    height,
    marks: [
      ...page.marks,
      ...legend(
        [
          { name: 'observed', swatch: { line: colour.current } },
          { name: 'as predicted', swatch: { line: colour.axis } },
        ],
        page.top + 16,
      ),
      ...squareAxes(scale, plot, x, y),
      line(plot.left, plot.bottom, plot.right, plot.top, {
        ...{ stroke: colour.axis, lineWidth: 1.5, lineDash: [6, 4], z: 4 },
      }),
      ...bins.slice(1).map((bin, at) => {
        const before = bins[at] ?? bin;
        return line(x(before.predicted), y(before.actual), x(bin.predicted), y(bin.actual), {
          ...{ stroke: colour.current, lineWidth: 1.5, z: 8 },
        });
      }),
      ...bins.flatMap(({ predicted, actual, low, high }): Mark[] => [
        ...(drawable(low) && drawable(high)
          ? [
              line(x(predicted), y(low), x(predicted), y(high), {
                ...{ stroke: colour.current, lineWidth: 2, z: 9 },
              }),
            ]
          : []),
        dot(x(predicted), y(actual)),
      ]),
      words(
        shorten(`predicted ${unit}`, font.strong, room),
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

/** Small, so that its interval can be seen. */
const dot = (cx: number, cy: number): Mark => ({
  type: 'circle',
  z: 11,
  shape: { cx, cy, r: 3.5 },
  style: { fill: colour.current },
});
