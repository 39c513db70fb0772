import type { LineChart } from '../../../src/core/board.ts';
import { nameOf } from './series.ts';

export function Legend({ chart, alerts }: { chart: LineChart; alerts: boolean }) {
  const limits = chart.series.some(({ limit }) => limit !== null);
  const evaluated = chart.series.some((one) => one.evaluated !== null);
  return (
    <span class="legend">
      {chart.series.map((series, index) => (
        <span key={`${series.monitor}/${series.name}`} data-series={index}>
          <svg width="18" height="8" aria-hidden="true">
            <line class="series-line" x1="1" x2="17" y1="4" y2="4" />
          </svg>
          {nameOf(series, chart)}
        </span>
      ))}
      {evaluated && (
        <span>
          <svg width="18" height="8" aria-hidden="true">
            <line class="evaluated-line" x1="1" x2="17" y1="4" y2="4" />
          </svg>
          at evaluation
        </span>
      )}
      {limits && (
        <span>
          <svg width="18" height="8" aria-hidden="true">
            <line class="limit-line" x1="1" x2="17" y1="4" y2="4" />
          </svg>
          limit
        </span>
      )}
      {alerts && (
        <span>
          <svg width="12" height="10" aria-hidden="true">
            <path class="alert-mark" d="M6 0.5l5.5 9h-11z" />
          </svg>
          alert
        </span>
      )}
    </span>
  );
}
