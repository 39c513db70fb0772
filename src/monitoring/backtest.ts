import type { Json } from '../core/json.ts';
import type { MonitorSpec, Window } from '../core/model.ts';
import type { Measurement } from '../core/monitor.ts';
import type { Finding } from '../core/ports/alerts.ts';
import { kindOf } from './kinds/index.ts';

/** An alarm as it was, or as it would have been. */
export interface Alarm {
  version: number;
  /** The window that raised it: known when it ended. */
  raisedBy: Window;
  /** What had a problem then. */
  signals: string[];
  /** How many windows confirmed it. */
  windows: number;
}

export interface Replayed {
  alarms: Alarm[];
  /** How many windows were judged. */
  judged: number;
  /** How many were stored for windows of another length, and so cannot be. */
  otherLength: number;
}

type Stored = Pick<Finding, 'version' | 'window' | 'status' | 'detail'>;

/** As when a window is judged live. */
const FAR_BACK = 50;

/**
 * Judges stored windows again, with other settings of the monitor, as if each had just ended. Windows that were
 * held back, or could not be measured, are not judged, as when it happened. Pure.
 * @param findings of one monitor in one environment, in any order
 */
export function replay(findings: readonly Stored[], monitor: MonitorSpec): Replayed {
  const replayed: Replayed = { alarms: [], judged: 0, otherLength: 0 };
  const length = monitor.windowHours * 3_600_000;
  const fits = ({ window }: Stored) => window.to.getTime() - window.from.getTime() === length;
  const versions = [...new Set(findings.map(({ version }) => version))].sort((a, b) => a - b);
  for (const version of versions) {
    const own = findings.filter((one) => one.version === version);
    replayed.otherLength += own.filter((one) => !fits(one)).length;
    replayVersion(own.filter(fits).toSorted(byTime), monitor, replayed);
  }
  replayed.alarms.sort((a, b) => a.raisedBy.to.getTime() - b.raisedBy.to.getTime());
  return replayed;
}

const byTime = (a: Stored, b: Stored) =>
  a.window.to.getTime() - b.window.to.getTime() ||
  a.window.from.getTime() - b.window.from.getTime();

function replayVersion(findings: readonly Stored[], monitor: MonitorSpec, into: Replayed): void {
  const kind = kindOf(monitor.kind);
  const earlier: Measurement<Json>[] = [];
  let state: Json | undefined;
  let open: Alarm | undefined;
  for (const { version, window, status, detail } of findings) {
    if (status === 'held back') continue;
    const measurement = { window, measured: detail };
    if (detail !== null) {
      const verdict = kind.judge(measurement, earlier.slice(-FAR_BACK), monitor, state);
      into.judged += 1;
      state = verdict.state ?? state;
      if (verdict.status === 'alert') {
        if (!open) {
          open = { version, raisedBy: window, signals: verdict.signals, windows: 0 };
          into.alarms.push(open);
        }
        open.windows += 1;
      } else if (verdict.over) open = undefined;
    }
    earlier.push(measurement);
  }
}

/** An alarm that was and one that would have been, about the same change; or one of them alone. */
export interface Matched {
  was: Alarm | undefined;
  would: Alarm | undefined;
}

/**
 * Pairs alarms that were with those that would have been: each with the nearest one of the same version that shares a
 * signal, or, without any that does, the nearest one, at most `withinMs` apart. In order of time.
 */
export function matchAlarms(
  was: readonly Alarm[],
  would: readonly Alarm[],
  withinMs: number,
): Matched[] {
  const apart = (a: Alarm, b: Alarm) => Math.abs(a.raisedBy.to.getTime() - b.raisedBy.to.getTime());
  const share = (a: Alarm, b: Alarm) => a.signals.some((signal) => b.signals.includes(signal));
  const pairs = was
    .flatMap((old) => would.map((other) => ({ old, other })))
    .filter(({ old, other }) => old.version === other.version && apart(old, other) <= withinMs)
    .sort(
      (a, b) =>
        Number(share(b.old, b.other)) - Number(share(a.old, a.other)) ||
        apart(a.old, a.other) - apart(b.old, b.other),
    );
  const taken = new Set<Alarm>();
  const matched: Matched[] = [];
  for (const { old, other } of pairs) {
    if (taken.has(old) || taken.has(other)) continue;
    taken.add(old).add(other);
    matched.push({ was: old, would: other });
  }
  for (const old of was) if (!taken.has(old)) matched.push({ was: old, would: undefined });
  for (const other of would) if (!taken.has(other)) matched.push({ was: undefined, would: other });
  const time = ({ was: old, would: other }: Matched) => (old ?? other)?.raisedBy.to.getTime() ?? 0;
  return matched.sort((a, b) => time(a) - time(b));
}
