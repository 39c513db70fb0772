import { type Scale, tick } from '../../../src/charts/drawing/scale.ts';
import type { LineChart } from '../../../src/core/board.ts';
import type { Area } from './plot.tsx';
import type { Series, Stop } from './series.ts';

/** Round values, as in the pictures of messages. */
export function ValueAxis({
  scale,
  area,
  y,
}: {
  scale: Scale;
  area: Area;
  y(value: number): number;
}) {
  const count = Math.round((scale.max - scale.min) / scale.step);
  return (
    <g class="axis">
      {Array.from({ length: count + 1 }, (_, at) => {
        const value = scale.min + at * scale.step;
        return (
          <g key={at}>
            <line class="grid-line" x1={area.left} x2={area.right} y1={y(value)} y2={y(value)} />
            <text x={area.left - 8} y={y(value) + 4} text-anchor="end">
              {tick(value, scale.step)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

interface LineProps {
  series: Series;
  index: number;
  area: Area;
  x(time: number): number;
  y(value: number): number;
}

export function Line({ series, index, area, x, y }: LineProps) {
  const { points, limit, evaluated } = series;
  const at = (to: string) => x(Date.parse(to));
  const place = (to: string, value: number) => `${at(to).toFixed(1)},${y(value).toFixed(1)}`;
  const banded = points.flatMap(({ to, low, high }) =>
    low === undefined || high === undefined ? [] : [{ to, low, high }],
  );
  const band = [
    ...banded.map(({ to, high }) => place(to, high)),
    ...banded.toReversed().map(({ to, low }) => place(to, low)),
  ];
  return (
    <g data-series={index}>
      {band.length > 0 && <polygon class="series-band" points={band.join(' ')} />}
      {evaluated !== null && (
        <line
          class="evaluated-line"
          x1={area.left}
          x2={area.right}
          y1={y(evaluated)}
          y2={y(evaluated)}
        />
      )}
      {limit !== null && (
        <line class="limit-line" x1={area.left} x2={area.right} y1={y(limit)} y2={y(limit)} />
      )}
      <polyline
        class="series-line"
        points={points.map(({ to, value }) => place(to, value)).join(' ')}
      />
      {points.length <= 40 &&
        points.map(({ to, value }) => (
          <circle key={to} class="series-dot" cx={at(to)} cy={y(value)} r="2.5" />
        ))}
    </g>
  );
}

export function Cursor({
  stop,
  chart,
  x,
  y,
  area,
}: {
  stop: Stop;
  chart: LineChart;
  x: number;
  y(value: number): number;
  area: Area;
}) {
  return (
    <g>
      <line class="cursor-line" x1={x} x2={x} y1={area.top} y2={area.bottom} />
      {stop.values.map(({ series, point }) => (
        <g key={`${series.monitor}/${series.name}`} data-series={chart.series.indexOf(series)}>
          <circle class="cursor-dot" cx={x} cy={y(point.value)} r="4.5" />
        </g>
      ))}
    </g>
  );
}
