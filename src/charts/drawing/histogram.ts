import { percent } from '../../core/figures.ts';
import { figure, type HistogramChart, mostMoved } from '../histogram.ts';
import { frame, legend } from './frame.ts';
import { layOut } from './labels.ts';
import { box, line, type Mark, words } from './marks.ts';
import { shorten, textWidth } from './measure.ts';
import type { Drawing } from './render.ts';
import { niceScale, position, tick } from './scale.ts';
import { colour, font, size } from './theme.ts';

/** Past this many, bars are too thin to tell apart and both windows become outlines. */
const mostBars = 40;

export function drawHistogram(chart: HistogramChart): Drawing {
  const { bins, windows, psi } = chart;
  const page = frame({ ...chart, badge: psi === undefined ? undefined : `PSI ${figure(psi)}` });
  const outlines = bins.length > mostBars;
  const plot = { left: 74, right: size.width - size.pad, top: page.top + 38, bottom: page.bottom };
  const labels = layOut(
    bins.map(({ label }) => label),
    plot,
  );
  plot.bottom -= labels.height + (chart.note ? 36 : 28);

  const highest = Math.max(...bins.map(height));
  // Below a tenth of a percent the axis does not shrink further: its labels would only grow.
  const scale = niceScale(0, highest === 0 ? 1 : Math.max(highest, 0.001), 4);
  const change = callout(bins, plot);
  // The space above the labelled bin is rarely enough for the text.
  const free = (1 - (change?.beneath ?? 0) / scale.max) * (plot.bottom - plot.top);
  if (change) plot.top += Math.max(0, 24 - free);
  const hidden = { type: 'category' as const, show: false, data: bins.map((_, at) => String(at)) };

  return {
    height: size.height,
    marks: [
      ...page.marks,
      ...legend(
        [
          {
            name: windows?.reference ?? '',
            swatch: { fill: colour.reference, stroke: colour.referenceEdge },
          },
          {
            name: windows?.current ?? '',
            swatch: outlines ? { line: colour.current } : { fill: colour.current },
          },
        ],
        page.top + 16,
      ),
      line(plot.left, plot.bottom, plot.right, plot.bottom, { stroke: colour.axis }),
      ...labels.marks(plot.bottom),
      words(
        shorten(chart.feature, font.strong, plot.right - plot.left),
        (plot.left + plot.right) / 2,
        page.bottom - (chart.note ? 18 : 10),
        {
          ...font.strong,
          align: 'center',
        },
      ),
      ...(change ? written(change, (share) => position(share, scale, plot.bottom, plot.top)) : []),
    ],
    option: {
      grid: {
        left: plot.left,
        right: size.pad,
        top: plot.top,
        bottom: size.height - plot.bottom,
        outerBoundsMode: 'none',
      },
      xAxis: [hidden, hidden],
      yAxis: {
        type: 'value',
        min: 0,
        max: scale.max,
        interval: scale.step,
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: colour.grid } },
        axisLabel: {
          color: colour.muted,
          fontSize: font.body.size,
          formatter: (share: number) => `${tick(share * 100, scale.step * 100)}%`,
        },
      },
      series: outlines ? asOutlines(bins) : asBars(bins),
    },
  };
}

type Bins = HistogramChart['bins'];
type Series = NonNullable<Drawing['option']['series']>;

function asBars(bins: Bins): Series {
  const borderRadius = [2, 2, 0, 0];
  return [
    {
      type: 'bar',
      data: bins.map(({ reference }) => reference),
      barWidth: '84%',
      barMaxWidth: 120,
      itemStyle: {
        color: colour.reference,
        borderColor: colour.referenceEdge,
        borderWidth: 1,
        borderRadius,
      },
    },
    {
      type: 'bar',
      // Its own axis centres the narrow bar in front of the wide one.
      xAxisIndex: 1,
      z: 4,
      data: bins.map(({ current }) => current),
      barWidth: '46%',
      barMaxWidth: 66,
      itemStyle: { color: colour.current, borderRadius },
    },
  ];
}

function asOutlines(bins: Bins): Series {
  const outline = { type: 'line', step: 'middle', symbol: 'none' } as const;
  return [
    {
      ...outline,
      data: bins.map(({ reference }) => reference),
      areaStyle: { color: colour.reference, opacity: 1 },
      lineStyle: { color: colour.referenceEdge, width: 1 },
    },
    {
      ...outline,
      z: 4,
      data: bins.map(({ current }) => current),
      lineStyle: { color: colour.current, width: 2 },
    },
  ];
}

/** The most important change, in figures above its bin and above everything else there. */
interface Callout {
  text: string;
  x: number;
  middle: number;
  /** Shares: of its own bin, and the highest one under the text. */
  own: number;
  beneath: number;
}

function callout(
  bins: Bins,
  { left, right }: { left: number; right: number },
): Callout | undefined {
  const bin = mostMoved(bins);
  if (!bin) return undefined;
  const text = `${percent(bin.reference)} → ${percent(bin.current)}`;
  const half = textWidth(text, font.strong) / 2;
  const slot = (right - left) / bins.length;
  const centre = (at: number) => left + (at + 0.5) * slot;
  const middle = centre(bins.indexOf(bin));
  const x = Math.min(Math.max(middle, left + half + 4), right - half);
  const under = bins.filter((_, at) => Math.abs(centre(at) - x) < half + slot);
  return { text, x, middle, own: height(bin), beneath: Math.max(...under.map(height)) };
}

function written({ text, x, middle, own, beneath }: Callout, y: (share: number) => number): Mark[] {
  const top = y(beneath);
  const wide = textWidth(text, font.strong) + 6;
  return [
    // Keeps the grid lines from running through the figures.
    box(x - wide / 2, top - 27, wide, 17, { fill: colour.card, z: 6 }),
    line(middle, y(own) - 3, middle, top - 9, { stroke: colour.current, lineWidth: 1.5, z: 20 }),
    words(text, x, top - 18, { ...font.strong, fill: colour.current, align: 'center' }),
  ];
}

function height({ reference, current }: Bins[number]): number {
  return Math.max(reference, current);
}
