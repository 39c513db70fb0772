import { useState } from 'preact/hooks';
import { position } from '../../../src/charts/drawing/scale.ts';
import { number } from '../../../src/charts/text.ts';
import type { BoardEvent, LineChart as Chart } from '../../../src/core/board.ts';
import { Legend } from './chart-legend.tsx';
import { Cursor, Line, ValueAxis } from './chart-lines.tsx';
import { EventMarks } from './event-marks.tsx';
import { moved } from './moved.ts';
import { type Area, isIn, TimeAxis, Tip, timeScale, within } from './plot.tsx';
import { nameOf, type Stop, spanWords, stopsOf, stopWords, valueScale } from './series.ts';
import { useWidth } from './use-width.ts';

const HEIGHT = 208;

/** Figures over time. The pointer or the arrow keys move a cursor that shows the values of a window. */
export function LineChart({ chart, events }: { chart: Chart; events: readonly BoardEvent[] }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const stops = stopsOf(chart, events);
  const last = stops.length - 1;
  const area: Area = { left: 46, right: Math.max(width - 14, 60), top: 22, bottom: HEIGHT - 26 };
  const time = timeScale(
    stops.map((stop) => stop.time),
    area,
  );
  const scale = valueScale(chart, 4);
  const y = (value: number) => position(value, scale, area.bottom, area.top);
  const alerts = events.some((one) => one.what === 'alert' && isIn(Date.parse(one.at), time));
  const stop = at === null ? undefined : stops[Math.min(at, last)];

  const nearest = (x: number) =>
    stops.reduce(
      (best, one, index) =>
        Math.abs(time.x(one.time) - x) < Math.abs(time.x(stops[best]?.time ?? 0) - x)
          ? index
          : best,
      0,
    );
  return (
    <figure class="chart" data-testid={`chart-${chart.subject}`}>
      <figcaption class="chart-head">
        <b>{chart.title}</b>
        <Legend chart={chart} alerts={alerts} />
      </figcaption>
      <div
        class="plot"
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label={`${chart.title} over time`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at ?? last}
        aria-valuetext={stopWords(stop ?? stops[last] ?? NONE, chart)}
        onPointerMove={(event) => setAt(nearest(within(event).x))}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={(event) => {
          const next = moved(event.key, at ?? last + 1, last);
          if (next === undefined) return;
          event.preventDefault();
          setAt(next);
        }}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true">
            <ValueAxis scale={scale} area={area} y={y} />
            <TimeAxis scale={time} area={area} />
            <EventMarks events={events} scale={time} area={area} />
            {chart.series.map((series, index) => (
              <Line
                key={`${series.monitor}/${series.name}`}
                {...{ series, index, y }}
                x={time.x}
                area={area}
              />
            ))}
            {stop && <Cursor stop={stop} chart={chart} x={time.x(stop.time)} y={y} area={area} />}
          </svg>
        )}
        {stop && (
          <Tip x={time.x(stop.time)} width={width}>
            <b>{spanWords(stop)}</b>
            {stop.values.map(({ series, point }) => (
              <span
                key={`${series.monitor}/${series.name}`}
                data-series={chart.series.indexOf(series)}
              >
                {nameOf(series, chart)}
                <b>{number(point.value)}</b>
              </span>
            ))}
            {stop.events.map(({ words }) => (
              <em key={words}>{words}</em>
            ))}
          </Tip>
        )}
      </div>
    </figure>
  );
}

const NONE: Stop = {
  time: 0,
  from: '1970-01-01T00:00:00Z',
  to: '1970-01-01T00:00:00Z',
  values: [],
  events: [],
};
