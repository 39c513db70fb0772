import type { HeatMap } from '../heat-map.ts';
import { drawable, number } from '../text.ts';
import { flags } from './flags.ts';
import { frame, legend } from './frame.ts';
import { box, type Mark, words } from './marks.ts';
import { shortenMiddle } from './measure.ts';
import type { Drawing } from './render.ts';
import { colour, font, size } from './theme.ts';
import { timeAxis } from './time-axis.ts';
import { period } from './times.ts';

const pitch = { least: 19, most: 26 };
const left = 190;
const right = size.width - size.pad;

/** A row a column, a cell a window; a dot marks what reaches the limit, so that colour is not needed. */
export function drawHeatMap(chart: HeatMap): Drawing {
  const { windows, rows, limit, metric, hidden } = chart;
  const times = windows.flatMap(({ from, to }) => [from, to]);
  const [min, max] = [Math.min(...times), Math.max(...times)];
  // A cell is as long as its window, so that a time without windows is a gap.
  const x = (time: number) =>
    max === min ? left : left + ((time - min) / (max - min)) * (right - left);

  const marks = chart.marks.filter(({ time }) => time >= min && time <= max);
  const strip = flags(
    marks.map(({ time, label }) => ({ x: x(time), label })),
    { left: size.pad, right },
  );
  const note = [
    hidden > 0 && `${hidden} more ${hidden === 1 ? 'column' : 'columns'} moved less.`,
    strip.unnamed > 0 && `${strip.unnamed} events without room for a name.`,
  ]
    .filter(Boolean)
    .join(' ');
  const sketch = frame({ ...chart, note });
  const chrome = sketch.top + 42 + strip.height + 48 + (size.height - sketch.bottom);
  const natural = chrome + rows.length * pitch.most;
  const height = Math.min(natural, Math.max(size.height, chrome + rows.length * pitch.least));
  const page = frame({ ...chart, note, height });
  const top = page.top + 42 + strip.height;
  const each = (height - chrome) / rows.length;
  const bottom = top + each * rows.length;

  return {
    height,
    marks: [
      ...page.marks,
      ...legend(
        [
          { name: `${metric} near 0`, swatch: { fill: shade(0, limit), stroke: colour.edge } },
          { name: `near ${number(limit)}`, swatch: { fill: shade(limit * 0.95, limit) } },
          { name: `${number(limit)} or above`, swatch: { fill: colour.worse } },
        ],
        page.top + 16,
      ),
      ...strip.marks(page.top + 40, bottom),
      ...rows.flatMap(({ name, values }, row) => [
        words(
          shortenMiddle(name, font.body, left - size.pad - 14),
          left - 10,
          top + (row + 0.5) * each,
          {
            ...font.body,
            align: 'right',
          },
        ),
        ...values.flatMap((value, at) =>
          cell(value, limit, {
            x: x(windows[at]?.from ?? min),
            y: top + row * each,
            width: Math.max(0, x(windows[at]?.to ?? max) - x(windows[at]?.from ?? min)),
            height: each,
          }),
        ),
      ]),
      ...timeAxis({ min, max }, { left, right, y: bottom + 2, x }),
      words(period(min, max), (left + right) / 2, bottom + 36, {
        ...font.small,
        fill: colour.muted,
        align: 'center',
      }),
    ],
    option: {},
  };
}

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

function cell(value: number, limit: number, { x, y, width, height }: Box): Mark[] {
  const inside = [x + 0.5, y + 0.5, Math.max(1, width - 1), height - 1] as const;
  if (!drawable(value)) return [box(...inside, { fill: colour.stripe, r: 2 })];
  const own = box(...inside, { fill: shade(value, limit), r: 2 });
  if (value < limit) return [own];
  const r = Math.min(2.5, width / 4);
  const dot: Mark = {
    type: 'circle',
    z: 3,
    shape: { cx: x + width / 2, cy: y + height / 2, r },
    style: { fill: colour.card },
  };
  return [own, dot];
}

/** From almost white to full at the limit; another colour from there on. */
function shade(value: number, limit: number): string {
  if (value >= limit) return colour.worse;
  const share = 0.05 + 0.85 * Math.min(1, Math.max(0, value / limit));
  const part = (from: number, to: number) => Math.round(from + (to - from) * share);
  return `rgb(${part(255, 0)},${part(255, 114)},${part(255, 178)})`;
}
