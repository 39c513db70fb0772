import { useState } from 'preact/hooks';
import { number } from '../../../src/charts/text.ts';
import type { BoardEvent, HeatMap as HeatMapData } from '../../../src/core/board.ts';
import { EventMarks } from './event-marks.tsx';
import { HeatCell, HeatLegend, ROW_PX } from './heat-cell.tsx';
import { type Area, TimeAxis, Tip, timeScale, within } from './plot.tsx';
import { spanWords } from './series.ts';
import { useWidth } from './use-width.ts';

/** So many columns are shown at first. */
const FEW = 12;

interface Cell {
  row: number;
  window: number;
}

/** One figure of many columns over time, those that moved most first. */
export function HeatMap({ map, events }: { map: HeatMapData; events: readonly BoardEvent[] }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const [all, setAll] = useState(false);
  const [at, setAt] = useState<Cell | null>(null);
  const sorted = map.rows.toSorted((a, b) => most(b.values) - most(a.values));
  const rows = all ? sorted : sorted.slice(0, FEW);
  const end: Cell = { row: 0, window: map.windows.length - 1 };
  const labels = Math.min(150, Math.max(80, width * 0.22));
  const height = 22 + rows.length * ROW_PX + 26;
  const area: Area = {
    left: labels,
    right: Math.max(width - 8, labels + 40),
    top: 22,
    bottom: height - 26,
  };
  // A cell is as long as its window, so that a time without windows is a gap.
  const spans = map.windows.map(({ from, to }) => [Date.parse(from), Date.parse(to)] as const);
  const scale = timeScale(spans.flat(), area);
  const x = (window: number) => scale.x(spans[window]?.[0] ?? 0);
  const widthOf = (window: number) => scale.x(spans[window]?.[1] ?? 0) - x(window);
  const limit = map.limit ?? Math.max(...map.rows.map(({ values }) => most(values)), 1e-9);
  const shown = clamp(at ?? end, rows.length, map.windows.length);
  const valueAt = ({ row, window }: Cell) => rows[row]?.values[window] ?? null;

  const move = (event: KeyboardEvent) => {
    const steps = STEPS[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    const from = at ?? end;
    setAt(
      clamp(
        { row: from.row + steps[0], window: from.window + steps[1] },
        rows.length,
        map.windows.length,
      ),
    );
  };
  return (
    <figure class="chart" data-testid={`chart-${map.subject}`}>
      <figcaption class="chart-head">
        <b>{map.title} by column</b>
        <HeatLegend limit={limit} hasLimit={map.limit !== null} />
      </figcaption>
      <div
        class="plot"
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label={`${map.title} by column, over time. Up and down choose the column, left and right the window`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, rows.length * map.windows.length - 1)}
        aria-valuenow={shown.row * map.windows.length + shown.window}
        aria-valuetext={words(map, rows, shown)}
        onPointerMove={(event) => {
          const { x: left, y: top } = within(event);
          setAt({
            row: Math.floor((top - area.top) / ROW_PX),
            window: spans.findLastIndex(
              (_, window) => left >= x(window) && left < x(window) + widthOf(window),
            ),
          });
        }}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={move}
      >
        {width > 0 && (
          <svg width={width} height={height} aria-hidden="true">
            {rows.map(({ name, values }, row) => (
              <g key={name}>
                <text
                  class="row-label"
                  x={area.left - 10}
                  y={area.top + row * ROW_PX + 15}
                  text-anchor="end"
                >
                  {shortened(name, labels)}
                </text>
                {values.map((value, window) => (
                  <HeatCell
                    key={map.windows[window]?.from}
                    {...{ value, limit }}
                    x={x(window)}
                    y={area.top + row * ROW_PX}
                    width={widthOf(window)}
                  />
                ))}
              </g>
            ))}
            <TimeAxis scale={scale} area={area} />
            <EventMarks
              events={events.filter(({ what }) => what === 'deployment')}
              scale={scale}
              area={area}
            />
            {at && isInside(at, rows.length, map.windows.length) && (
              <rect
                class="cell-cursor"
                x={x(at.window)}
                y={area.top + at.row * ROW_PX}
                width={widthOf(at.window)}
                height={ROW_PX}
              />
            )}
          </svg>
        )}
        {at && isInside(at, rows.length, map.windows.length) && (
          <Tip x={x(at.window) + widthOf(at.window) / 2} width={width}>
            <b>{rows[at.row]?.name}</b>
            <span>{spanWords(map.windows[at.window] ?? EPOCH)}</span>
            <span>
              {map.title}
              <b>{shownValue(valueAt(at))}</b>
            </span>
          </Tip>
        )}
      </div>
      {sorted.length > FEW && (
        <button type="button" class="link more" onClick={() => setAll(!all)}>
          {all ? `Show the ${FEW} that moved most` : `Show all ${sorted.length} columns`}
        </button>
      )}
    </figure>
  );
}

const EPOCH = { from: '1970-01-01T00:00:00Z', to: '1970-01-01T00:00:00Z' };
const STEPS: Record<string, [row: number, window: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const most = (values: readonly (number | null)[]) =>
  Math.max(0, ...values.map((value) => value ?? 0));
const shownValue = (value: number | null) => (value === null ? 'not evaluated' : number(value));

function clamp({ row, window }: Cell, rows: number, windows: number): Cell {
  return {
    row: Math.min(Math.max(0, row), Math.max(0, rows - 1)),
    window: Math.min(Math.max(0, window), Math.max(0, windows - 1)),
  };
}

function isInside({ row, window }: Cell, rows: number, windows: number): boolean {
  return row >= 0 && row < rows && window >= 0 && window < windows;
}

function words(map: HeatMapData, rows: HeatMapData['rows'], { row, window }: Cell): string {
  const { name = '', values = [] } = rows[row] ?? {};
  const when = spanWords(map.windows[window] ?? EPOCH);
  return `${name}, ${when}: ${map.title} ${shownValue(values[window] ?? null)}`;
}

/** About seven pixels a letter. */
function shortened(name: string, width: number): string {
  const letters = Math.floor((width - 14) / 6.8);
  return name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
}
