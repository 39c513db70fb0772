import { useState } from 'preact/hooks';
import type { RunRow } from '../../../src/core/board.ts';
import type { Tone } from '../../../src/core/card.ts';
import { duration, rounded } from '../../../src/core/figures.ts';
import { SortIcon } from '../icons.tsx';
import { shortTime } from '../time.ts';
import { COLUMNS, type Column, type Order, sorted } from './run-order.ts';
import { StatusMark } from './status-mark.tsx';
import { WideTable } from './wide-table.tsx';

/** Shown at first. */
const FEW = 10;
const TONES: Record<RunRow['status'], Tone> = {
  ...{ queued: 'note', running: 'progress', succeeded: 'success' },
  ...{ failed: 'danger', cancelled: 'note' },
};

/** The newest runs; the heads of the columns sort them. */
export function Runs({ runs }: { runs: readonly RunRow[] }) {
  const [order, setOrder] = useState<Order>({ column: 'started', direction: 'descending' });
  const [all, setAll] = useState(false);
  if (runs.length === 0) return null;
  const shown = sorted(runs, order).slice(0, all ? undefined : FEW);
  const metric = runs.find((run) => run.metric !== null)?.metric?.name ?? 'Metric';
  const sortBy = (column: Column) =>
    setOrder({
      column,
      direction:
        order.column === column && order.direction === 'descending' ? 'ascending' : 'descending',
    });
  return (
    <section>
      <h2>Runs</h2>
      <WideTable label="Runs">
        <thead>
          <tr>
            {COLUMNS.map(({ column, title }) => (
              <th
                key={column}
                scope="col"
                aria-sort={order.column === column ? order.direction : undefined}
                data-kind={column === 'duration' || column === 'metric' ? 'number' : undefined}
              >
                <button
                  type="button"
                  class="sort"
                  data-testid={`sort-${column}`}
                  onClick={() => sortBy(column)}
                >
                  {column === 'metric' ? metric : title}
                  <SortIcon order={order.column === column ? order.direction : 'none'} />
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((run) => (
            <tr key={run.id} data-testid="run">
              <th scope="row">
                <b>{run.kind}</b> <code class="soft">{run.id}</code>
              </th>
              <td>
                <StatusMark tone={TONES[run.status]} words={statusOf(run)} />
              </td>
              <td>{run.versions.map((version) => `v${version}`).join(', ') || '–'}</td>
              <td data-kind="number">{run.metric === null ? '–' : rounded(run.metric.value)}</td>
              <td>{shortTime(run.startedAt ?? run.createdAt)}</td>
              <td data-kind="number">
                {run.seconds === null ? '–' : duration(run.seconds * 1000)}
              </td>
              <td>{run.requestedBy}</td>
            </tr>
          ))}
        </tbody>
      </WideTable>
      {runs.length > FEW && (
        <button type="button" class="link more" onClick={() => setAll(!all)}>
          {all ? `Show ${FEW}` : `Show all ${runs.length} runs`}
        </button>
      )}
    </section>
  );
}

function statusOf({ status, share }: RunRow): string {
  return status === 'running' ? `running, ${Math.round(share * 100)}%` : status;
}
