import type { Json } from '../../src/core/json.ts';
import type { Window } from '../../src/core/model.ts';
import type { Measurement, Opened, Verdict } from '../../src/core/monitor.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import type { Needs } from '../../src/core/world.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { raiseAlert } from './alert.ts';
import type { WatchedVersion } from './due-windows.ts';
import { resolveAlert } from './end-alert.ts';
import type { AlertParts } from './raised.ts';
import { FAR_BACK, seenOf } from './seen.ts';

/** Clocks of machines differ by less, and a label is on disk sooner. */
const OVERLAP_MS = 60_000;
/** Findings that one check may revise: hourly windows of 100 days. */
const MOST = 2400;

interface Revised extends WatchedVersion {
  deployment: string;
  opened: Opened<Json, Json>;
  /** When this check began: labels received before are known to it. */
  at: Date;
}

type Parts = AlertParts & Needs<'findings'>;

/**
 * Measures windows again whose labels came after they were measured, however late, and judges them and the windows
 * after them anew. What is found in the newest window that can be judged raises or resolves the alert. `at` of the
 * newest finding says up to when labels are known, so that one is revised last: after a crash all is done again.
 */
export async function reviseFindings(
  { opened, at, ...watched }: Revised,
  needs: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { spec, environment, monitor, version } = watched;
  const about = { monitor: `${spec.name}/${monitor.name}`, environment };
  const [newest] = await needs.findings.recent(about, version, 1);
  if (!opened.changedSince || !newest) return;
  const changed = await opened.changedSince(new Date(newest.at.getTime() - OVERLAP_MS), signal);
  if (changed.length === 0) return;

  const known = (await needs.findings.recent(about, version, MOST)).toReversed();
  const isChanged = ({ window }: Pick<Finding, 'window'>) =>
    changed.some((part) => overlap(part, window));
  const first = known.findIndex(isChanged);
  if (first < 0) return;
  const windows: Measurement<Json>[] = known.map(({ window, detail }) => ({
    ...{ window, measured: detail },
  }));
  const revised: Finding[] = [];
  let state = await needs.findings.stateAt(about, version, known[first]?.window.from ?? at);
  const findings: Found[] = [...known];
  let last: { index: number; verdict: Verdict<Json>; history: Measurement<Json>[] } | undefined;
  for (const [index, finding] of known.entries()) {
    if (index < first) continue;
    signal.throwIfAborted();
    const { window } = finding;
    const measured = isChanged(finding) ? await opened.measure(window, signal) : finding.detail;
    const latest = { window, measured: measured ?? finding.detail };
    windows[index] = latest;
    const found: Finding = { ...finding, detail: latest.measured, at };
    if (latest.measured !== null) {
      const earlier = windows.slice(Math.max(0, index - FAR_BACK), index);
      // A monitor that was added since takes nothing from windows of before.
      const asThen = { ...monitor, ...(finding.budget && { budget: finding.budget }) };
      const verdict = kindOf(monitor.kind).judge(latest, earlier, asThen, state);
      state = verdict.state ?? state;
      found.status = verdict.status;
      found.signals = verdict.signals;
      if (verdict.figures !== undefined) found.figures = verdict.figures;
      if (verdict.status !== 'insufficient data')
        last = { index, verdict, history: [...earlier, latest] };
    }
    findings[index] = { ...found };
    if (state !== undefined) found.state = state;
    if (state !== undefined || !isSame(found, finding) || index === known.length - 1)
      revised.push(found);
  }
  const window = last && known[last.index]?.window;
  if (last?.verdict.status === 'alert' && window) {
    const { index, ...found } = last;
    const seen = seenOf(findings.slice(Math.max(0, index - FAR_BACK), index + 1), monitor);
    await raiseAlert({ ...watched, opened, window, ...found, seen }, needs, signal);
  } else if (last?.verdict.over) await resolveAlert(watched, needs);
  for (const finding of revised) await needs.findings.revise(finding);
}

const overlap = (a: Window, b: Window): boolean => a.from < b.to && b.from < a.to;

type Found = Omit<Finding, 'state'>;

function isSame(a: Found, b: Found): boolean {
  const text = ({ status, signals, detail }: Found) => JSON.stringify([status, signals, detail]);
  return text(a) === text(b);
}
