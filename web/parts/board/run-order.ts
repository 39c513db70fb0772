import type { RunRow } from '../../../src/core/board.ts';

export type Column = 'run' | 'status' | 'version' | 'metric' | 'started' | 'duration' | 'by';

export interface Order {
  column: Column;
  direction: 'ascending' | 'descending';
}

export const COLUMNS: readonly { column: Column; title: string }[] = [
  { column: 'run', title: 'Run' },
  { column: 'status', title: 'Status' },
  { column: 'version', title: 'Version' },
  { column: 'metric', title: 'Metric' },
  { column: 'started', title: 'Started' },
  { column: 'duration', title: 'Duration' },
  { column: 'by', title: 'By' },
];

const KEYS: Record<Column, (run: RunRow) => string | number | null> = {
  run: ({ kind, id }) => `${kind} ${id}`,
  status: ({ status }) => status,
  version: ({ versions }) => versions[0] ?? null,
  metric: ({ metric }) => metric?.value ?? null,
  started: ({ startedAt, createdAt }) => startedAt ?? createdAt,
  duration: ({ seconds }) => seconds,
  by: ({ requestedBy }) => requestedBy,
};

/** What has no value comes last, in either direction. */
export function sorted(runs: readonly RunRow[], { column, direction }: Order): RunRow[] {
  const key = KEYS[column];
  const sign = direction === 'ascending' ? 1 : -1;
  return runs.toSorted((one, other) => {
    const [a, b] = [key(one), key(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return a < b ? -sign : a > b ? sign : 0;
  });
}
