import { DuckDBInstance } from '@duckdb/node-api';
import { buildSpec } from '../../src/monitoring/profile/build-spec.ts';
import { type Profile, profileOf } from '../../src/monitoring/profile/profile.ts';
import {
  buildReferenceWindows,
  readReferenceWindows,
} from '../../src/monitoring/profile/reference-windows.ts';
import { advance } from '../../src/monitoring/sequential/advance.ts';
import { createDetector, readingsOf } from '../../src/monitoring/sequential/detector.ts';
import { emptyState, type Moved } from '../../src/monitoring/sequential/state.ts';
import type { ProfiledWindow } from '../../src/monitoring/sequential/windows.ts';
import type { RealData } from './real-data.ts';
import { FIXED } from './rules.ts';

/** Hours of two years: one false alarm. */
const BUDGET_HOURS = 2 * 8760;
const RULE = 'PSI and χ², 2 of 3';

interface Rows {
  times: Float64Array;
  columns: Record<string, (number | string | null)[]>;
}

export interface Watched {
  data: string;
  from: Date;
  until: Date;
  hours: number;
  /** Windows of the reference, and windows watched. */
  reference: number;
  windows: number;
  /** Undefined: still learning. */
  alarms: { at: Date; since: Date; evidence: number; moved: string[]; until?: Date }[] | undefined;
  /** Windows in which the fixed rule finds something, and the first one. */
  fixed: { windows: number; first?: Date };
}

/** The whole data set, in order of time. */
export async function load({ sql }: Pick<RealData, 'sql'>): Promise<Rows> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(
      `SELECT epoch_ms(time)::DOUBLE AS time, * EXCLUDE (time) FROM (${sql}) ORDER BY 1`,
    );
    const values = reader.getColumnsJS();
    const found = reader.columnNames().map((name, at) => [name, values[at] ?? []] as const);
    return {
      times: Float64Array.from(found[0]?.[1] ?? [], Number),
      columns: Object.fromEntries(
        found.slice(1).map(([name, column]) => [name, column.map(plain)] as const),
      ),
    };
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function plain(value: unknown): number | string | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' || typeof value === 'string' ? value : null;
}

/** Learns from the rows before `until`, and watches those after it. */
export function watch(
  { name, categories, to }: RealData,
  { times, columns }: Rows,
  { from, until, hours, minRows }: RealData['settings'][number],
): Watched {
  const before = (row: number) =>
    (times[row] ?? 0) >= from.getTime() && (times[row] ?? 0) < until.getTime();
  const reference: Record<string, Profile> = Object.fromEntries(
    Object.entries(columns).map(([column, all]) => {
      const values = all.filter((_, row) => before(row));
      const kind = categories.includes(column) ? 'categorical' : 'numeric';
      return [column, profileOf(buildSpec(values, { kind }), values)];
    }),
  );
  const windowsOf = (window: { from: Date; to: Date }): ProfiledWindow[] => {
    const bytes = buildReferenceWindows(reference, [{ window, times, columns }]);
    return bytes ? readReferenceWindows(bytes, reference, { hours, minRows }) : [];
  };
  const learnt = windowsOf({ from, to: until });
  const live = windowsOf({ from: until, to });
  const detector = createDetector(reference, learnt, hours);
  const about = { data: name, from, until, hours, reference: learnt.length, windows: live.length };
  const fixed = fixedIn(reference, live);
  if (detector.known.length === 0) return { ...about, alarms: undefined, fixed };
  let state = emptyState(detector.known.length);
  const alarms: NonNullable<Watched['alarms']> = [];
  for (const window of live) {
    const step = advance(state, readingsOf(detector, window), BUDGET_HOURS / hours);
    const { alarm } = step;
    const last = alarms.at(-1);
    if (alarm && !state.open)
      alarms.push({
        ...{ at: new Date(window.start + hours * 3_600_000), since: new Date(alarm.since) },
        ...{ evidence: alarm.evidence, moved: alarm.moved.map(named) },
      });
    else if (alarm && last) last.moved = alarm.moved.map(named);
    if (step.over && state.open && last) last.until = new Date(window.start);
    state = step.state;
  }
  return { ...about, alarms, fixed };
}

function fixedIn(
  reference: Readonly<Record<string, Profile>>,
  live: readonly ProfiledWindow[],
): Watched['fixed'] {
  const rule = FIXED[RULE]?.(reference);
  const found = live.filter((window) => rule?.(window));
  const [first] = found;
  return { windows: found.length, ...(first && { first: new Date(first.start) }) };
}

const named = ({ column, gauge, direction }: Moved) => `${column} (${gauge} ${direction})`;
