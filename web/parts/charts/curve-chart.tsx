import { useState } from 'preact/hooks';
import { curvesAlt, readCurves } from '../../../src/charts/curves.ts';
import { position } from '../../../src/charts/drawing/scale.ts';
import { number } from '../../../src/charts/text.ts';
import type { Ranking } from '../../../src/core/board.ts';
import { percent } from '../../../src/core/figures.ts';
import { ValueAxis } from './chart-lines.tsx';
import { moved } from './moved.ts';
import { type Area, Tip, within } from './plot.tsx';
import { useWidth } from './use-width.ts';

const HEIGHT = 260;
const SCALE = { min: 0, max: 1, step: 0.2 };
/** The series that have a colour. */
const MOST = 4;

const KINDS = {
  roc: {
    ...{ title: 'ROC', x: 'False positive rate', y: 'True positive rate', figure: 'AUC' },
    of: ({ auc }: Ranking['curves'][number]) => auc,
  },
  precision: {
    ...{ title: 'Precision and recall', x: 'Recall', y: 'Precision' },
    figure: 'average precision',
    of: ({ averagePrecision }: Ranking['curves'][number]) => averagePrecision,
  },
} as const;

interface Point {
  recall: number;
  falseAlarms: number;
  precision: number;
}

const WORDS = { metrics: 'threshold of the metrics', cost: 'threshold for the cost' };

/** One of the two curves. The pointer or the arrow keys go through the thresholds of the first class. */
export function CurveChart({ kind, ranking }: { kind: keyof typeof KINDS; ranking: Ranking }) {
  const [frame, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number | null>(null);
  const { title, x: xName, y: yName, figure, of } = KINDS[kind];
  const placeOf = ({ recall, falseAlarms, precision }: Point) =>
    kind === 'roc' ? { x: falseAlarms, y: recall } : { x: recall, y: precision };
  const curves = ranking.curves.slice(0, MOST).map((curve) => ({
    ...{ name: curve.of, figure: of(curve) },
    points: [...(kind === 'roc' ? [{ x: 0, y: 0 }] : []), ...curve.points.map(placeOf)],
  }));
  const marks = ranking.thresholds.flatMap(({ as, threshold, precision, ...point }) =>
    precision === null && kind === 'precision'
      ? []
      : [
          {
            ...placeOf({ ...point, precision: precision ?? 0 }),
            label: `${number(threshold)}, ${WORDS[as]}`,
          },
        ],
  );
  const alt = curvesAlt(readCurves({ title, x: xName, y: yName, figure, curves, marks }));
  const points = ranking.curves[0]?.points ?? [];
  const last = points.length - 1;
  const shown = at === null ? undefined : points[Math.min(at, last)];
  const area: Area = { left: 46, right: Math.max(width - 14, 60), top: 14, bottom: HEIGHT - 26 };
  const x = (value: number) => position(value, SCALE, area.left, area.right);
  const y = (value: number) => position(value, SCALE, area.bottom, area.top);
  const drawn = (some: readonly { x: number; y: number }[]) =>
    some.map((one) => `${x(one.x).toFixed(1)},${y(one.y).toFixed(1)}`).join(' ');
  const nearest = (to: number) =>
    points.reduce(
      (best, one, index) =>
        Math.abs(x(placeOf(one).x) - to) < Math.abs(x(placeOf(points[best] ?? one).x) - to)
          ? index
          : best,
      0,
    );
  return (
    <figure class="chart" data-testid={`curve-${kind}`}>
      <figcaption class="chart-head">
        <b>{`${title} of v${ranking.version}, at its evaluation`}</b>
        <span class="legend">
          {curves.map((curve, index) => (
            <span key={curve.name} data-series={index}>
              <svg width="18" height="8" aria-hidden="true">
                <line class="series-line" x1="1" x2="17" y1="4" y2="4" />
              </svg>
              {`${curves.length > 1 ? `${curve.name}: ` : ''}${figure} ${number(curve.figure)}`}
            </span>
          ))}
        </span>
      </figcaption>
      <div
        class="plot"
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label={alt}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={at ?? 0}
        aria-valuetext={shown ? pointWords(shown) : alt}
        onPointerMove={(event) => setAt(nearest(within(event).x))}
        onPointerLeave={() => setAt(null)}
        onBlur={() => setAt(null)}
        onKeyDown={(event) => {
          const next = moved(event.key, at ?? -1, last);
          if (next === undefined) return;
          event.preventDefault();
          setAt(next);
        }}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden="true">
            <ValueAxis scale={SCALE} area={area} y={y} />
            <g class="axis">
              <text x={(area.left + area.right) / 2} y={HEIGHT - 6} text-anchor="middle">
                {`${yName} by ${xName.toLowerCase()}, 0 to 1`}
              </text>
            </g>
            {kind === 'roc' && (
              <line class="evaluated-line" x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
            )}
            {curves.map((curve, index) => (
              <g key={curve.name} data-series={index}>
                <polyline class="series-line" points={drawn(curve.points)} />
              </g>
            ))}
            {marks.map((mark) => (
              <g key={mark.label} data-series="0">
                <circle class="cursor-dot" cx={x(mark.x)} cy={y(mark.y)} r="5">
                  <title>{mark.label}</title>
                </circle>
              </g>
            ))}
            {shown && (
              <line
                class="cursor-line"
                x1={x(placeOf(shown).x)}
                x2={x(placeOf(shown).x)}
                y1={area.top}
                y2={area.bottom}
              />
            )}
          </svg>
        )}
        {shown && (
          <Tip x={x(placeOf(shown).x)} width={width}>
            <b>{`${ranking.curves[0]?.of ?? ''} from a score of ${number(shown.threshold)}`}</b>
            <span>{pointWords(shown)}</span>
          </Tip>
        )}
      </div>
    </figure>
  );
}

const pointWords = ({ recall, falseAlarms, precision }: Point): string =>
  `${percent(recall)} of them found, ${percent(falseAlarms)} of the others taken for them, ${percent(precision)} of the answers right`;
