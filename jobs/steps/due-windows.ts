import type { ModelSpec, MonitorSpec, Window } from '../../src/core/model.ts';
import type { Needs } from '../../src/core/world.ts';
import { completeWindows, rowsByWindow } from '../../src/monitoring/windows.ts';

/** A check that fell behind, or a replay, catches up in so many steps. */
const MOST_WINDOWS = 50;
/** Of windows that have too few rows, which cost little. */
const MOST_THIN = 500;

/** One monitor of what is live, with the model as it is in that environment. */
export interface WatchedVersion {
  spec: ModelSpec;
  environment: string;
  monitor: MonitorSpec;
  version: number;
}

/**
 * Windows that are complete and not judged, oldest first. Rows whose callers named no time go by a
 * watermark of their own: beside a replay of old days they belong to today, and end none of its windows.
 * Windows without rows cost nothing, and those with too few do not hold up the others.
 */
export async function dueWindows(
  { spec, environment, monitor, version }: WatchedVersion,
  { findings, profiles }: Needs<'findings' | 'profiles'>,
): Promise<Window[]> {
  const endpoint = { model: spec.name, environment };
  const about = { monitor: `${spec.name}/${monitor.name}`, environment };
  const hours = monitor.windowHours;
  const complete = new Map<number, Window & { rows: number }>();
  for (const untimed of [false, true]) {
    const newest = await profiles.newest(endpoint, version, untimed);
    if (!newest) continue;
    // Windows beyond are the other rows'.
    const [last] = await findings.recent(about, version, 1, newest);
    const judgedTo = last?.window.to;
    const buckets = await profiles.buckets(endpoint, version, judgedTo ?? new Date(0), untimed);
    const oldest = buckets[0]?.bucket;
    if (!oldest) continue;
    const filled = rowsByWindow(buckets, hours);
    for (const window of completeWindows(filled.keys(), { oldest, newest }, hours, judgedTo)) {
      const from = window.from.getTime();
      const rows = (complete.get(from)?.rows ?? 0) + (filled.get(from) ?? 0);
      complete.set(from, { ...window, rows });
    }
  }
  const windows = [...complete.values()].toSorted((a, b) => a.from.getTime() - b.from.getTime());
  const thick = windows.filter(({ rows }) => rows >= monitor.minRows);
  const thin = windows.filter(({ rows }) => rows < monitor.minRows);
  const end = thick[MOST_WINDOWS]?.from;
  // None beyond a window that is left for the next time: judging never goes back.
  return [...thick.slice(0, MOST_WINDOWS), ...thin.slice(0, MOST_THIN)]
    .filter(({ from }) => end === undefined || from < end)
    .toSorted((a, b) => a.from.getTime() - b.from.getTime())
    .map(({ from, to }) => ({ from, to }));
}
