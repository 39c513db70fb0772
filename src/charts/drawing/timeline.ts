import { drawable, number } from '../text.ts';
import type { Timeline } from '../timeline.ts';
import { flags } from './flags.ts';
import { frame, legend } from './frame.ts';
import { gutter, levels as gutterLevels } from './levels.ts';
import { box, line, type Mark, polygon, words } from './marks.ts';
import { shorten } from './measure.ts';
import type { Drawing } from './render.ts';
import { niceScale, position, tick } from './scale.ts';
import { colour, font, size } from './theme.ts';
import { timeAxis } from './time-axis.ts';
import { period } from './times.ts';

const day = 86_400_000;

export function drawTimeline(chart: Timeline): Drawing {
  const { points, bands, threshold } = chart;
  const time = timeRange(chart);
  const intervals = runs(points, ({ low, high }) => drawable(low) && drawable(high));
  const left = 74;
  const right = size.width - size.pad - gutter;
  const x = (each: number) => position(each, time, left, right);

  const marks = chart.marks.filter((mark) => mark.time >= time.min && mark.time <= time.max);
  const strip = flags(
    marks.map((mark) => ({ x: x(mark.time), label: mark.label })),
    { left: size.pad, right: size.width - size.pad },
  );
  const note = notes(chart.note, chart.marks.length - marks.length, strip.unnamed);
  const page = frame({ ...chart, note });
  const top = page.top + 42 + strip.height;
  const bottom = page.bottom - 48;

  const levels = [
    ...chart.also.points.map(({ value }) => value),
    ...points.flatMap(({ value, low, high }) => [value, low, high]),
    ...bands.flatMap(({ low, high }) => [low, high]),
    ...Object.values(threshold),
  ].filter(drawable);
  const scale = niceScale(Math.min(...levels), Math.max(...levels), 5);
  const y = (each: number) => position(each, scale, bottom, top);
  const last = points.findLast(({ value }) => drawable(value));

  return {
    height: size.height,
    marks: [
      ...page.marks,
      ...legend(entries(chart, intervals.length > 0), page.top + 16),
      ...strip.marks(page.top + 40, bottom),
      ...bands.map(({ low, high }) => {
        const upper = y(Math.max(low, high));
        return box(left, upper, right - left, y(Math.min(low, high)) - upper, {
          fill: colour.band,
          z: 0,
        });
      }),
      ...intervals.map((run) => interval(run, x, y)),
      ...timeAxis(time, { left, right, y: bottom, x }),
      words(
        shorten(period(time.min, time.max), font.small, right - left),
        (left + right) / 2,
        page.bottom - (note ? 18 : 12),
        { ...font.small, fill: colour.muted, align: 'center' },
      ),
      ...gutterLevels(
        { ...threshold, ...(last && { last: last.value }) },
        { left, right, top, bottom, y },
      ),
    ],
    option: {
      grid: {
        left,
        right: size.width - right,
        top,
        bottom: size.height - bottom,
        outerBoundsMode: 'none',
      },
      xAxis: { type: 'value', show: false, min: time.min, max: time.max },
      yAxis: {
        type: 'value',
        min: scale.min,
        max: scale.max,
        interval: scale.step,
        axisLine: { show: false },
        axisTick: { show: false },
        splitLine: { lineStyle: { color: colour.grid } },
        axisLabel: {
          color: colour.muted,
          fontSize: font.body.size,
          formatter: (value: number) => tick(value, scale.step),
        },
      },
      series: [
        {
          type: 'line',
          z: 8,
          data: points.map(({ time: at, value }) => [at, drawable(value) ? value : '-']),
          symbol: 'circle',
          symbolSize: 7,
          // A value between two gaps has no line: without its dot it would not be visible.
          showSymbol: points.length <= 60 || lonely(points),
          lineStyle: { color: colour.current, width: 2.5 },
          itemStyle: { color: colour.current, borderColor: colour.card, borderWidth: 1 },
        },
        {
          type: 'line',
          z: 7,
          data: chart.also.points.map(({ time: at, value }) => [at, drawable(value) ? value : '-']),
          symbol: 'diamond',
          symbolSize: 7,
          showSymbol: chart.also.points.length <= 60,
          lineStyle: { color: colour.estimated, width: 2, type: 'dashed' },
          itemStyle: { color: colour.estimated, borderColor: colour.card, borderWidth: 1 },
        },
      ],
    },
  };
}

type Points = Timeline['points'];

/** The time span of the points, extended by events shortly before or after them. */
function timeRange({ points: own, also, marks }: Timeline): { min: number; max: number } {
  const points = [...own, ...also.points].toSorted((a, b) => a.time - b.time);
  const first = points[0]?.time ?? 0;
  const last = points.at(-1)?.time ?? 0;
  const span = last - first || day;
  const near = marks
    .map(({ time }) => time)
    .filter((time) => time > first - span / 4 && time < last + span / 4);
  const [min, max] = [Math.min(first, ...near), Math.max(last, ...near)];
  return max > min ? { min, max } : { min: min - day / 2, max: max + day / 2 };
}

function notes(note: string, outside: number, unnamed: number): string {
  const events = (count: number) => `${count} ${count === 1 ? 'event' : 'events'}`;
  return [
    note,
    unnamed > 0 && `${events(unnamed)} without room for a name.`,
    outside > 0 && `${events(outside)} outside of the time shown.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function entries(
  { metric, also, bands }: Timeline,
  intervals: boolean,
): Parameters<typeof legend>[0] {
  return [
    { name: metric, swatch: { line: colour.current } },
    ...(also.points.length > 0 ? [{ name: also.name, swatch: { line: colour.estimated } }] : []),
    ...(intervals ? [{ name: 'its interval', swatch: { fill: colour.interval } }] : []),
    ...bands.map(({ label, low, high }) => ({
      name: `${label}, ${number(low)} to ${number(high)}`,
      swatch: { fill: colour.band, stroke: colour.better },
    })),
  ];
}

/** Contiguous stretches of points that pass. */
function runs(points: Points, passes: (point: Points[number]) => boolean): Points[number][][] {
  const found: Points[number][][] = [];
  let open: Points[number][] | undefined;
  for (const point of points) {
    if (!passes(point)) open = undefined;
    else if (open) open.push(point);
    else {
      open = [point];
      found.push(open);
    }
  }
  return found;
}

function lonely(points: Points): boolean {
  return runs(points, ({ value }) => drawable(value)).some((run) => run.length === 1);
}

function interval(run: Points, x: (time: number) => number, y: (value: number) => number): Mark {
  const [only] = run;
  if (only && run.length === 1) {
    const look = { stroke: colour.interval, lineWidth: 6, z: 2 };
    return line(x(only.time), y(only.low), x(only.time), y(only.high), look);
  }
  const upper = run.map(({ time, high }): [number, number] => [x(time), y(high)]);
  const lower = run.map(({ time, low }): [number, number] => [x(time), y(low)]);
  return polygon([...upper, ...lower.reverse()], { fill: colour.interval });
}
