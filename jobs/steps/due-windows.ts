import type { ModelSpec, MonitorSpec, Window } from '../../src/core/model.ts';
import type { Needs } from '../../src/core/world.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { completeWindows, endedWindows, rowsByWindow } from '../../src/monitoring/windows.ts';

/** A monitor that is behind, or a replay, catches up in steps of this many windows. */
const MOST_WINDOWS = 50;
/** The same for windows with too few rows, which are cheap. */
const MOST_THIN = 500;

/** After this many windows since the last row, missing rows are no longer reported. */
const GONE_AFTER_MS = 7 * 86_400_000;
/** Rows are in their profile within seconds. */
const FOLDED_AFTER_MS = 5 * 60_000;
/** What the gateway counts is stored within seconds. */
const COUNTED_AFTER_MS = 60_000;

/** A monitor of a live version, with the model as it is in that environment. */
export interface WatchedVersion {
  spec: ModelSpec;
  environment: string;
  monitor: MonitorSpec;
  version: number;
}

/**
 * Complete windows that were not evaluated yet, oldest first. Rows without a time have a separate watermark:
 * next to a replay of old days they belong to today, and do not end its windows. Windows without rows cost
 * nothing, and those with too few do not delay others. A kind that evaluates windows without rows also gets
 * those up to a week after one with rows; if callers send no times, it does not wait for a next row, which may
 * never come. Windows of the clock end by themselves.
 */
export async function dueWindows(
  { spec, environment, monitor, version }: WatchedVersion,
  { findings, profiles, clock }: Needs<'findings' | 'profiles' | 'clock'>,
): Promise<Window[]> {
  const endpoint = { model: spec.name, environment };
  const about = { monitor: `${spec.name}/${monitor.name}`, environment };
  const hours = monitor.windowHours;
  const { judgesEmpty, windowsOf } = kindOf(monitor.kind);
  if (windowsOf === 'clock') {
    const [last] = await findings.recent(about, version, 1);
    const known = new Date(clock.now().getTime() - COUNTED_AFTER_MS);
    return endedWindows(known, hours, last?.window.to, MOST_WINDOWS);
  }
  const complete = new Map<number, Window & { rows: number }>();
  for (const untimed of [false, true]) {
    const latest = await profiles.newest(endpoint, version, untimed);
    if (!latest) continue;
    const newest = judgesEmpty && untimed ? endOfSilence(latest, clock.now()) : latest;
    // Later windows belong to the other rows.
    const [last] = await findings.recent(about, version, 1, newest);
    const judgedTo = last?.window.to;
    const back = judgesEmpty ? GONE_AFTER_MS : 0;
    const since = new Date(Math.max(0, (judgedTo?.getTime() ?? 0) - back));
    const buckets = await profiles.buckets(endpoint, since, { version, untimed });
    const oldest = buckets[0]?.bucket;
    if (!oldest) continue;
    const filled = rowsByWindow(buckets, hours);
    const asked = judgesEmpty ? withEmpty(filled.keys(), hours) : filled.keys();
    for (const window of completeWindows(asked, { oldest, newest }, hours, judgedTo)) {
      const from = window.from.getTime();
      const rows = (complete.get(from)?.rows ?? 0) + (filled.get(from) ?? 0);
      complete.set(from, { ...window, rows });
    }
  }
  const windows = [...complete.values()].toSorted((a, b) => a.from.getTime() - b.from.getTime());
  const thick = windows.filter(({ rows }) => rows >= monitor.minRows);
  const thin = windows.filter(({ rows }) => rows < monitor.minRows);
  const end = thick[MOST_WINDOWS]?.from;
  // None after a window that is left for the next time: evaluation never goes back.
  return [...thick.slice(0, MOST_WINDOWS), ...thin.slice(0, MOST_THIN)]
    .filter(({ from }) => end === undefined || from < end)
    .toSorted((a, b) => a.from.getTime() - b.from.getTime())
    .map(({ from, to }) => ({ from, to }));
}

/** The time up to which all rows are known: rows without a time belong to the moment they arrived. */
function endOfSilence(latest: Date, now: Date): Date {
  const known = Math.min(now.getTime() - FOLDED_AFTER_MS, latest.getTime() + GONE_AFTER_MS);
  return new Date(Math.max(latest.getTime(), known));
}

/** Starts of these windows and of those one week after each, in milliseconds since the epoch. */
function withEmpty(filled: Iterable<number>, hours: number): Set<number> {
  const length = hours * 3_600_000;
  const starts = new Set<number>();
  for (const from of filled)
    for (let start = from; start <= from + GONE_AFTER_MS; start += length) starts.add(start);
  return starts;
}
