import { between, type DeltaChart, difference, type Metric } from '../delta.ts';
import { drawable, signed } from '../text.ts';
import { frame } from './frame.ts';
import { box, line, type Mark, shape, words } from './marks.ts';
import { shorten, textWidth, wrap } from './measure.ts';
import type { Drawing } from './render.ts';
import { niceScale, position, type Scale, tick } from './scale.ts';
import { colour, font, size } from './theme.ts';

const pitch = { least: 40, most: 54 };
/** Past this ratio of the widest row to the narrowest, one axis would flatten the small ones. */
const widestRatio = 25;
const plot = { left: 186, right: 468, middle: 327 };

type Row = Metric & { scale: Scale };

/** What the sides of a forest plot mean. */
interface Wording {
  subtitle: string;
  left: string;
  right: string;
}

/** Challenger minus champion. */
export function drawDelta(chart: DeltaChart): Drawing {
  return drawForest(chart, {
    subtitle: `${chart.challenger} (challenger) minus ${chart.champion} (champion), with confidence intervals`,
    left: '← champion better',
    right: 'challenger better →',
  });
}

/** Slices against all other rows, as `readSlices` has them. */
export function drawSlices(chart: DeltaChart): Drawing {
  return drawForest(chart, {
    subtitle: `${chart.challenger} in each slice, compared with ${chart.champion}; 95% intervals`,
    left: '← worse than elsewhere',
    right: 'better →',
  });
}

/** It grows downwards where 400 pixels do not hold its rows. */
function drawForest(chart: DeltaChart, wording: Wording): Drawing {
  const metrics = chart.metrics.map((metric) => ({
    ...metric,
    ...withMargin(metric, chart.margin),
  }));
  const reaches = metrics.map(reach);
  const shared = Math.max(...reaches) <= Math.min(...reaches) * widestRatio;
  const common = around(Math.max(...reaches));
  const rows = metrics.map((metric) => ({
    ...metric,
    scale: shared ? common : around(reach(metric)),
  }));

  const inWords = {
    title: chart.title,
    subtitle: wording.subtitle,
    note: notes(chart, metrics, shared),
  };
  const sketch = frame(inWords);
  const chrome = sketch.top + 8 + 54 + (size.height - sketch.bottom);
  // A few rows make a lower picture, many a higher one; others share the usual height.
  const natural = chrome + rows.length * pitch.most;
  const height = Math.min(natural, Math.max(size.height, chrome + rows.length * pitch.least));
  const page = frame({ ...inWords, height });
  const each = (height - chrome) / rows.length;
  const top = page.top + 8;
  const bottom = top + each * rows.length;

  return {
    height,
    marks: [
      ...page.marks,
      ...rows.flatMap((row, at) => [
        ...background(top + at * each, each, at % 2 === 0),
        ...inFigures(row, top + (at + 0.5) * each),
        ...drawn(row, top + (at + 0.5) * each, each),
      ]),
      line(plot.middle, top, plot.middle, bottom, { stroke: colour.ink, lineWidth: 1.5, z: 6 }),
      ...axis(shared ? common : undefined, top, bottom, wording),
    ],
    option: {},
  };
}

function withMargin(metric: Metric, common: number | undefined): { margin?: number } {
  const margin = metric.margin ?? common;
  return drawable(margin) && margin !== 0 ? { margin: Math.abs(margin) } : {};
}

/** How far a row extends from zero, including its margin. */
function reach({ delta, low, high, margin = 0 }: Metric): number {
  const farthest = Math.max(...[delta, low, high].filter(drawable).map(Math.abs), margin);
  return farthest > 1e-12 ? farthest : 1e-3;
}

/** Zero is in the middle of every row, so that left and right mean the same in all of them. */
function around(most: number): Scale {
  const { max, step } = niceScale(0, most * 1.05, 3);
  return { min: -max, max, step };
}

function notes({ note }: DeltaChart, metrics: readonly Metric[], shared: boolean): string {
  const margins = [
    ...new Set(metrics.flatMap(({ margin }) => (margin === undefined ? [] : [margin]))),
  ];
  const [margin] = margins;
  const dashed =
    margin !== undefined &&
    `Dashed: ${margins.length === 1 ? `the margin of ${signed(-margin)}` : 'the margin of each metric'}, up to which it counts as not worse.`;
  const scales = !shared && 'Every row has its own scale.';
  return [dashed, scales, note].filter(Boolean).join(' ');
}

function background(top: number, height: number, striped: boolean): Mark[] {
  if (!striped) return [];
  return [
    box(size.pad, top, size.width - 2 * size.pad, height, { fill: colour.stripe, r: 4, z: 0 }),
  ];
}

function inFigures(metric: Row, y: number): Mark[] {
  const face = { ...font.body, bold: true };
  const names = wrap(metric.name, face, plot.left - size.pad - 20, 2);
  const left = plot.right + 20;
  const room = size.width - size.pad - 6 - left;
  const figures = drawable(metric.delta)
    ? `${difference(metric)} (${between(metric)})`
    : 'not available';
  return [
    ...names.map((name, at) =>
      words(name, size.pad + 10, y + (at - (names.length - 1) / 2) * 16, face),
    ),
    words(shorten(metric.verdict, font.strong, room), left, y - 9, {
      ...font.strong,
      fill: look(metric).fill,
    }),
    words(shorten(figures, font.small, room), left, y + 9, { ...font.small, fill: colour.muted }),
  ];
}

function drawn(metric: Row, y: number, height: number): Mark[] {
  const { delta, low, high, margin, scale } = metric;
  const x = (value: number) => position(value, scale, plot.left, plot.right);
  const { fill, symbol } = look(metric);
  const marks: Mark[] = [];
  if (margin !== undefined) {
    const dashed = { stroke: colour.warn, lineWidth: 1.5, lineDash: [4, 3], z: 6 };
    marks.push(line(x(-margin), y - height / 2, x(-margin), y + height / 2, dashed));
  }
  if (drawable(low) && drawable(high)) {
    const bar = { stroke: fill, lineWidth: 2.5, z: 10 };
    marks.push(line(x(low), y, x(high), y, bar));
    for (const end of [x(low), x(high)]) marks.push(line(end, y - 6, end, y + 6, bar));
  }
  if (drawable(delta)) marks.push(shape(symbol, x(delta), y, fill));
  return marks;
}

function axis(
  scale: Scale | undefined,
  top: number,
  bottom: number,
  { left, right }: Wording,
): Mark[] {
  const y = bottom + 16;
  const ticks = scale
    ? Array.from(
        { length: Math.round((scale.max - scale.min) / scale.step) + 1 },
        (_, at) => scale.min + at * scale.step,
      )
    : [0];
  // The labels of both sides are as wide as each other, so every second is left out for all.
  const slot = (plot.right - plot.left) / Math.max(ticks.length - 1, 1);
  const skip = scale && textWidth(label(scale.min, scale.step), font.small) + 10 > slot ? 2 : 1;
  const zero = ticks.findIndex((value) => Math.abs(value) < (scale?.step ?? 1) / 2);
  const marks = ticks.flatMap((value, at) => {
    const x = scale ? position(value, scale, plot.left, plot.right) : plot.middle;
    const grid = at === zero ? [] : [line(x, top, x, bottom, { stroke: colour.grid, z: 3 })];
    if ((at - zero) % skip !== 0) return grid;
    return [
      ...grid,
      words(label(value, scale?.step ?? 1), x, y, {
        ...font.small,
        fill: colour.muted,
        align: 'center',
      }),
    ];
  });
  const strong = { ...font.small, bold: true };
  return [
    ...marks,
    words(left, plot.middle - 14, y + 19, { ...strong, align: 'right' }),
    words(right, plot.middle + 14, y + 19, strong),
  ];
}

function label(value: number, step: number): string {
  return value > step / 2 ? `+${tick(value, step)}` : tick(value, step);
}

/** Each verdict has its own shape as well as its colour; an unknown one is a plain dot. */
function look({ verdict }: Metric): { symbol: 'up' | 'down' | 'circle' | 'diamond'; fill: string } {
  switch (verdict) {
    case 'better':
      return { symbol: 'up', fill: colour.better };
    case 'not worse':
      return { symbol: 'circle', fill: colour.current };
    case 'worse':
      return { symbol: 'down', fill: colour.worse };
    case 'inconclusive':
      return { symbol: 'diamond', fill: colour.muted };
    default:
      return { symbol: 'circle', fill: colour.ink };
  }
}
