import type { GraphicComponentOption } from 'echarts/components';
import type { Font } from './measure.ts';
import { colour, font } from './theme.ts';

/** One drawn element outside the series: text, a line, a box. */
export type Mark = NonNullable<
  Extract<GraphicComponentOption, { elements?: unknown }>['elements']
>[number];

interface Words extends Font {
  fill?: string;
  align?: 'left' | 'center' | 'right';
  rotation?: number;
}

/** Text whose middle line is at `y`. */
export function words(text: string, x: number, y: number, look: Words): Mark {
  return {
    type: 'text',
    x,
    y,
    z: 20,
    rotation: look.rotation ?? 0,
    style: {
      text,
      fontFamily: font.family,
      fontSize: look.size,
      fontWeight: look.bold ? 'bold' : 'normal',
      fill: look.fill ?? colour.ink,
      align: look.align ?? 'left',
      verticalAlign: 'middle',
    },
  };
}

interface Stroke {
  stroke: string;
  lineWidth?: number;
  lineDash?: number[];
  z?: number;
}

export function line(x1: number, y1: number, x2: number, y2: number, look: Stroke): Mark {
  const { z = 5, stroke, lineWidth = 1, lineDash } = look;
  return {
    type: 'line',
    z,
    shape: { x1, y1, x2, y2 },
    style: { stroke, lineWidth, ...(lineDash && { lineDash }) },
  };
}

interface Box {
  fill: string;
  stroke?: string;
  r?: number;
  z?: number;
}

export function box(x: number, y: number, width: number, height: number, look: Box): Mark {
  const { z = 1, fill, stroke, r = 0 } = look;
  return {
    type: 'rect',
    z,
    shape: { x, y, width, height, r },
    style: { fill, ...(stroke && { stroke, lineWidth: 1 }) },
  };
}

/** A point of a chart: filled, with a white rim that separates it from its line. */
export function shape(
  symbol: 'up' | 'down' | 'circle' | 'diamond',
  x: number,
  y: number,
  fill: string,
): Mark {
  const style = { fill, stroke: colour.card, lineWidth: 1.5 };
  if (symbol === 'circle') return { type: 'circle', z: 11, shape: { cx: x, cy: y, r: 7 }, style };
  const corners = {
    up: [
      [0, -8.5],
      [8.5, 6.5],
      [-8.5, 6.5],
    ],
    down: [
      [0, 8.5],
      [8.5, -6.5],
      [-8.5, -6.5],
    ],
    diamond: [
      [0, -8.5],
      [8.5, 0],
      [0, 8.5],
      [-8.5, 0],
    ],
  }[symbol];
  return { type: 'polygon', x, y, z: 11, shape: { points: corners }, style };
}

export function polygon(
  points: readonly [number, number][],
  look: { fill: string; z?: number },
): Mark {
  return {
    type: 'polygon',
    z: look.z ?? 2,
    shape: { points: [...points] },
    style: { fill: look.fill },
  };
}
