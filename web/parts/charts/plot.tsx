import type { ComponentChildren } from 'preact';
import { timeTicks } from '../../../src/charts/drawing/times.ts';

/** Where a chart draws, in pixels. */
export interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export interface TimeScale {
  min: number;
  max: number;
  x(time: number): number;
}

/** One time alone is in the middle. */
export function timeScale(times: readonly number[], { left, right }: Area): TimeScale {
  const [min, max] = [Math.min(...times), Math.max(...times)];
  const span = max - min;
  return {
    ...{ min, max },
    x: (time) => (span === 0 ? (left + right) / 2 : left + ((time - min) / span) * (right - left)),
  };
}

export function isIn(time: number, { min, max }: Pick<TimeScale, 'min' | 'max'>): boolean {
  return time >= min && time <= max;
}

const TICK_PX = 84;

/** The same ticks as in the pictures of messages. */
export function TimeAxis({ scale, area }: { scale: TimeScale; area: Area }) {
  const { min, max, x } = scale;
  const count = Math.max(2, Math.floor((area.right - area.left) / TICK_PX));
  const ticks = min === max ? [] : timeTicks(min, max, count);
  return (
    <g class="axis">
      <line x1={area.left} x2={area.right} y1={area.bottom} y2={area.bottom} />
      {ticks.map(({ time, label }) => (
        <g key={time}>
          <line x1={x(time)} x2={x(time)} y1={area.bottom} y2={area.bottom + 4} />
          <text
            x={Math.min(Math.max(x(time), area.left + 14), area.right - 14)}
            y={area.bottom + 16}
            text-anchor="middle"
          >
            {label}
          </text>
        </g>
      ))}
    </g>
  );
}

/** What the pointer or the keys are at, beside its place. */
export function Tip({
  x,
  width,
  children,
}: {
  x: number;
  width: number;
  children: ComponentChildren;
}) {
  const side = x > width / 2 ? { right: `${width - x + 10}px` } : { left: `${x + 10}px` };
  return (
    <div class="tip" style={side} aria-hidden="true">
      {children}
    </div>
  );
}

/** The place of the pointer in the element that listens, whichever shape it is over. */
export function within(event: PointerEvent): { x: number; y: number } {
  const { currentTarget, clientX, clientY } = event;
  if (!(currentTarget instanceof Element)) return { x: 0, y: 0 };
  const { left, top } = currentTarget.getBoundingClientRect();
  return { x: clientX - left, y: clientY - top };
}
