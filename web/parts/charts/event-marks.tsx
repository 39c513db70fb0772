import type { BoardEvent } from '../../../src/core/board.ts';
import { type Area, isIn, type TimeScale } from './plot.tsx';

/** Names of deployments closer than this would overlap. */
const APART_PX = 52;

/** Deployments as named lines, alerts as triangles: shape and words, not only colour. */
export function EventMarks({
  events,
  scale,
  area,
}: {
  events: readonly BoardEvent[];
  scale: TimeScale;
  area: Area;
}) {
  const shown = events
    .map((event) => ({ ...event, time: Date.parse(event.at) }))
    .filter(({ time }) => isIn(time, scale));
  let free = Number.NEGATIVE_INFINITY;
  return (
    <g>
      {shown.map(({ at, time, what, words }) => {
        const x = scale.x(time);
        if (what === 'alert')
          return (
            <path
              key={`${at}/${words}`}
              class="alert-mark"
              d={`M${x} ${area.bottom - 9}l5 8.5h-10z`}
            />
          );
        const named = x > free;
        if (named) free = x + APART_PX;
        return (
          <g key={`${at}/${words}`} class="deployment-mark">
            <line x1={x} x2={x} y1={named ? area.top - 6 : area.top} y2={area.bottom} />
            {named && (
              <text
                x={Math.min(Math.max(x, area.left + 16), area.right - 18)}
                y={area.top - 10}
                text-anchor="middle"
              >
                {words}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}
