import { defineJob } from '../src/core/job.ts';
import type { Json } from '../src/core/json.ts';
import { specIn, type Window } from '../src/core/model.ts';
import type { Opened, Verdict } from '../src/core/monitor.ts';
import type { Finding } from '../src/core/ports/alerts.ts';
import type { Needs } from '../src/core/world.ts';
import type { HeldBack } from '../src/monitoring/held-back.ts';
import { kindOf } from '../src/monitoring/kinds/index.ts';
import { checkMonitor as checkMonitorJob } from './declared/index.ts';
import { raiseAlert } from './steps/alert.ts';
import { dueWindows, type WatchedVersion } from './steps/due-windows.ts';
import { followSwitch, resolveAlert } from './steps/end-alert.ts';
import { heldBackOf } from './steps/held-back.ts';
import { noteLearning } from './steps/learning.ts';
import type { AlertParts } from './steps/raised.ts';
import { reviseFindings } from './steps/revise-findings.ts';
import { FAR_BACK, seenOf } from './steps/seen.ts';
import { noteSilence } from './steps/silence.ts';

type Parts = AlertParts &
  Needs<
    | 'models'
    | 'environments'
    | 'deployments'
    | 'versions'
    | 'artifacts'
    | 'profiles'
    | 'predictions'
    | 'traffic'
    | 'findings'
    | 'clock'
  >;

/**
 * Evaluates all complete windows of prediction time that were not evaluated yet, oldest first, and revises the earlier
 * ones that labels have come for since.
 */
export const checkMonitor = defineJob({
  ...checkMonitorJob,

  async run({ model, environment: named, monitor: name }, needs: Parts, signal) {
    const environment = needs.environments.get(named);
    const spec = specIn(needs.models.get(model), environment);
    const monitor = spec.monitors.find((candidate) => candidate.name === name);
    const live = await needs.deployments.live(model, environment);
    if (!monitor || !live) return;
    const watched = { spec, environment, monitor, version: live.version };
    await followSwitch(watched, live, needs);
    const opened = await kindOf(monitor.kind).open(
      { model: spec, environment, version: live.version },
      monitor,
      needs,
    );
    if (!opened) return; // nothing to compare with
    const at = needs.clock.now();
    const checked = { ...watched, deployment: live.id, opened, at };
    await reviseFindings(checked, needs, signal);
    const windows = await dueWindows(watched, needs);
    // A loss is a loss, whatever explains it.
    const mayBeHeld = kindOf(monitor.kind).grade !== 'harm';
    const held = mayBeHeld ? await heldBackOf(windows, watched, needs) : [];
    for (const [index, window] of windows.entries()) {
      signal.throwIfAborted();
      const measured = await opened.measure(window, signal);
      await settle({ ...checked, window, measured, held: held[index] }, needs, signal);
    }
  },
});

interface Measured extends WatchedVersion {
  deployment: string;
  opened: Opened<Json, Json>;
  /** When the check began. */
  at: Date;
  window: Window;
  /** Undefined if the window could not be measured. */
  measured: Json | undefined;
  /** What explains the window, so that it is not judged. */
  held: HeldBack | undefined;
}

/** The finding for one window, given the windows before it: stored, and reported if necessary. */
async function settle(measurement: Measured, needs: Parts, signal: AbortSignal): Promise<void> {
  const { spec, environment, monitor, version, window, measured = null, held } = measurement;
  const id = `${spec.name}/${monitor.name}`;
  const about = { monitor: id, environment };
  const before = await needs.findings.recent(about, version, FAR_BACK, window.from);
  const earlier = before
    .filter(({ status }) => status !== 'held back')
    .map((finding) => ({ window: finding.window, measured: finding.detail }))
    .reverse();
  const state = await needs.findings.stateAt(about, version, window.from);
  const verdict: Verdict<Json> | undefined =
    measurement.measured === undefined || held
      ? undefined
      : kindOf(monitor.kind).judge({ window, measured }, earlier, monitor, state);
  const next = verdict?.state ?? state;
  const figures = held ? { heldBack: held } : verdict?.figures;
  const finding: Finding = {
    ...about,
    version,
    window,
    status: verdict?.status ?? (held ? 'held back' : 'insufficient data'),
    signals: verdict?.signals ?? [],
    detail: measured,
    ...(figures !== undefined && { figures }),
    ...(monitor.budget && { budget: monitor.budget }),
    ...(next !== undefined && { state: next }),
    at: measurement.at,
  };
  // The alert first: after a crash in between, the window is evaluated again and finds it raised.
  if (verdict?.status === 'alert') {
    const history = [...earlier, { window, measured }];
    const seen = seenOf([finding, ...before].toReversed(), monitor);
    await raiseAlert({ ...measurement, verdict, history, seen }, needs, signal);
  } else if (verdict?.over) await resolveAlert(measurement, needs);
  // What comes later may still make it enough.
  if (!measurement.opened.changedSince)
    await noteSilence({ ...measurement, finding }, before, needs);
  await noteLearning({ ...measurement, finding }, before, needs);
  await needs.findings.add(finding);
}
