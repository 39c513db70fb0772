import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import type { Json } from '../src/core/json.ts';
import type { ModelSpec, MonitorSpec, Window } from '../src/core/model.ts';
import type { Opened, Verdict } from '../src/core/monitor.ts';
import type { Finding } from '../src/core/ports/alerts.ts';
import type { Needs } from '../src/core/world.ts';
import { kindOf } from '../src/monitoring/kinds/index.ts';
import { type AlertParts, endAlert, raiseAlert, resolveAlert } from './steps/alert.ts';
import { dueWindows } from './steps/due-windows.ts';
import { noteSilence } from './steps/silence.ts';

type Parts = AlertParts &
  Needs<
    | 'models'
    | 'environments'
    | 'deployments'
    | 'versions'
    | 'artifacts'
    | 'profiles'
    | 'findings'
    | 'clock'
  >;

/** Judges every window of prediction time that is complete and not judged yet, oldest first, once. */
export const checkMonitor = defineJob({
  name: 'check-monitor',
  lane: 'control',
  payload: z.object({ model: z.string(), monitor: z.string(), tick: z.string() }),
  once: ({ model, monitor, tick }) => `${model}/${monitor}/${tick}`,
  // Clocks of a fleet differ by less than this: whoever comes second finds the tick taken.
  onceForMs: 10 * 60_000,
  attempts: 2,

  async run({ model, monitor: name }, needs: Parts, signal) {
    const spec = needs.models.get(model);
    const monitor = spec.monitors.find((candidate) => candidate.name === name);
    const live = await needs.deployments.live(model, needs.environments.get(undefined));
    if (!monitor || !live) return;
    await resolveOthers(spec, monitor, live.version, needs);
    const opened = await kindOf(monitor.kind).open(
      { model: spec, version: live.version },
      monitor,
      needs,
    );
    if (!opened) return; // nothing to compare with
    for (const window of await dueWindows(spec, monitor, live.version, needs)) {
      signal.throwIfAborted();
      const measured = await opened.measure(window, signal);
      const about = { spec, monitor, version: live.version, deployment: live.id };
      await settle({ ...about, opened, window, measured }, needs);
    }
  },
});

interface Measured {
  spec: ModelSpec;
  monitor: MonitorSpec;
  version: number;
  deployment: string;
  opened: Opened<Json, Json>;
  window: Window;
  /** Undefined where the window could not be measured. */
  measured: Json | undefined;
}

/** One window's verdict, with the windows before it: recorded, and told where it is worth telling. */
async function settle(measurement: Measured, needs: Parts): Promise<void> {
  const { spec, monitor, version, window, measured = null } = measurement;
  const id = `${spec.name}/${monitor.name}`;
  const before = await needs.findings.recent(id, version, FAR_BACK, window.from);
  const earlier = before
    .filter(({ status }) => status !== 'insufficient data')
    .map((finding) => ({ window: finding.window, measured: finding.detail }))
    .reverse();
  const verdict: Verdict<Json> | undefined =
    measurement.measured === undefined
      ? undefined
      : kindOf(monitor.kind).judge({ window, measured }, earlier, monitor);
  const finding: Finding = {
    monitor: id,
    version,
    window,
    status: verdict?.status ?? 'insufficient data',
    signals: verdict?.signals ?? [],
    detail: measured,
    at: needs.clock.now(),
  };
  // The alert first: after a crash in between, the window is judged again and finds it raised.
  if (verdict?.status === 'alert') {
    const history = [...earlier, { window, measured }];
    await raiseAlert({ ...measurement, verdict, history }, needs);
  } else if (verdict?.over) await resolveAlert(spec.name, monitor.name, version, needs);
  await noteSilence({ spec, monitor, finding }, before, needs);
  await needs.findings.add(finding);
}

/** Windows of insufficient data in between neither confirm nor clear; there may be many. */
const FAR_BACK = 50;

/** What was said of a version that is no longer live is over. */
async function resolveOthers(
  spec: ModelSpec,
  monitor: MonitorSpec,
  version: number,
  needs: Parts,
): Promise<void> {
  for (const alert of await needs.alerts.list({ model: spec.name })) {
    if (alert.monitor !== monitor.name || alert.version === version) continue;
    await endAlert(alert, { replacedBy: version }, needs);
  }
}
