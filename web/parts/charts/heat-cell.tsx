import { number } from '../../../src/charts/text.ts';

/** Height of a row. */
export const ROW_PX = 22;

/** One value; a dot marks what reaches the limit, beside the colour. */
export function HeatCell({
  value,
  limit,
  x,
  y,
  width,
}: {
  value: number | null;
  limit: number;
  x: number;
  y: number;
  width: number;
}) {
  const box = { x: x + 0.75, y: y + 0.75, width: Math.max(1, width - 1.5), height: ROW_PX - 1.5 };
  if (value === null) return <rect class="cell unknown" rx="2" {...box} />;
  const over = value >= limit;
  return (
    <>
      <rect
        class={`cell ${over ? 'over' : ''}`}
        rx="2"
        {...box}
        fill-opacity={strength(value, limit)}
      />
      {over && width > 5 && (
        <circle
          class="over-mark"
          cx={x + width / 2}
          cy={y + ROW_PX / 2}
          r={Math.min(2.5, width / 4)}
        />
      )}
    </>
  );
}

/** From barely visible to full at the limit. */
function strength(value: number, limit: number): number {
  return 0.07 + 0.78 * Math.min(1, Math.max(0, value / limit));
}

export function HeatLegend({ limit, hasLimit }: { limit: number; hasLimit: boolean }) {
  return (
    <span class="legend">
      <span>
        0
        <svg width="64" height="10" aria-hidden="true">
          {Array.from({ length: 8 }, (_, at) => (
            <rect
              key={at}
              class="cell"
              x={at * 8}
              y="0"
              width="7.5"
              height="10"
              fill-opacity={strength(at, 8)}
            />
          ))}
        </svg>
        {number(limit)}
      </span>
      {hasLimit && (
        <span>
          <svg width="10" height="10" aria-hidden="true">
            <rect class="cell over" width="10" height="10" rx="2" />
            <circle class="over-mark" cx="5" cy="5" r="2" />
          </svg>
          at the limit or above
        </span>
      )}
    </span>
  );
}
