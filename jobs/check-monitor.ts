import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import { toJson } from '../src/core/json.ts';
import type { ModelSpec, MonitorSpec, Window } from '../src/core/model.ts';
import type { Finding } from '../src/core/ports/alerts.ts';
import type { Needs } from '../src/core/world.ts';
import { confirmDrift, type EarlierJudgement } from '../src/monitoring/drift/confirm.ts';
import { type DriftJudgement, judgeDrift } from '../src/monitoring/drift/judge-drift.ts';
import { completeWindows, rowsByWindow } from '../src/monitoring/windows.ts';
import { type DriftAlertParts, endAlert, raiseDrift, resolveDrift } from './steps/drift-alert.ts';
import { earlierJudgement, optionsOf, SCORE } from './steps/drift-options.ts';
import { readReference } from './steps/reference.ts';
import { noteSilence } from './steps/silence.ts';
import { mergeColumns } from './steps/window-profile.ts';

type Parts = DriftAlertParts &
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

/** A check that fell behind, or a replay, catches up in so many steps. */
const MOST_WINDOWS = 50;
/** Of windows that have too few rows, which cost little. */
const MOST_THIN = 500;

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
    const evaluation = await needs.versions.evaluation(`${model}@${live.version}`);
    if (!evaluation) return; // it has no reference, so there is nothing to hold it against
    const reference = readReference(await needs.artifacts.read(evaluation.reference));
    const columns = { ...reference.features, [SCORE]: reference.score };

    for (const window of await due(spec, monitor, live.version, needs)) {
      signal.throwIfAborted();
      const found = await needs.profiles.within(model, live.version, window);
      const current = mergeColumns(columns, found);
      const judgement = judgeDrift(columns, current, optionsOf(monitor));
      await settle(
        {
          ...{ spec, monitor, version: live.version, deployment: live.id },
          ...{ window, judgement, reference: columns, current },
        },
        needs,
      );
    }
  },
});

interface Judged {
  spec: ModelSpec;
  monitor: MonitorSpec;
  version: number;
  deployment: string;
  window: Window;
  judgement: DriftJudgement;
  reference: Parameters<typeof judgeDrift>[0];
  current: Parameters<typeof judgeDrift>[1];
}

/** One window's verdict, confirmed by the ones before it: recorded, and told where it is worth telling. */
async function settle(judged: Judged, needs: Parts): Promise<void> {
  const { spec, monitor, version, window, judgement } = judged;
  const id = `${spec.name}/${monitor.name}`;
  const { need, of } = monitor.thresholds;
  const before = await needs.findings.recent(id, version, FAR_BACK, window.from);
  const history = before.filter(({ status }) => status !== 'insufficient data');
  const recent = history.slice(0, of - 1);
  const earlier = recent.map(({ detail }) => earlierJudgement(detail)).reverse();
  const confirmed = confirmDrift(earlier, judgement, optionsOf(monitor), { need, of });
  const finding: Finding = {
    monitor: id,
    version,
    window,
    status: judgement.status === 'insufficient data' ? judgement.status : confirmed.status,
    drifted: [...confirmed.features, ...confirmed.predictions]
      .filter(({ drifted }) => drifted)
      .map(({ name }) => name),
    detail: toJson(judgement),
    at: needs.clock.now(),
  };
  // The alert first: after a crash in between, the window is judged again and finds it raised.
  if (confirmed.status === 'alert')
    await raiseDrift({ ...judged, confirmed, recent: history }, needs);
  else if (
    isQuiet(judgement) &&
    recent.length >= of - 1 &&
    recent.every(({ detail }) => isQuiet(earlierJudgement(detail)))
  )
    await resolveDrift(spec.name, monitor.name, version, needs);
  await noteSilence({ spec, monitor, finding }, before, needs);
  await needs.findings.add(finding);
}

/** Windows of insufficient data in between neither confirm nor clear; there may be many. */
const FAR_BACK = 50;

/** Nothing of it drifted, confirmed or not. */
function isQuiet({ features, predictions }: EarlierJudgement): boolean {
  const columns = [...features, ...predictions];
  return (
    !columns.some(({ drifted }) => drifted) &&
    columns.some(({ status }) => status !== 'insufficient data')
  );
}

/**
 * Windows that are complete and not judged, oldest first. Rows whose callers named no time go by a
 * watermark of their own: beside a replay of old days they belong to today, and end none of its windows.
 * Windows without rows cost nothing, and those with too few do not hold up the others.
 */
async function due(
  spec: ModelSpec,
  monitor: MonitorSpec,
  version: number,
  { findings, profiles }: Parts,
): Promise<Window[]> {
  const hours = monitor.windowHours;
  const complete = new Map<number, Window & { rows: number }>();
  for (const untimed of [false, true]) {
    const newest = await profiles.newest(spec.name, version, untimed);
    if (!newest) continue;
    // Windows beyond are the other rows'.
    const [last] = await findings.recent(`${spec.name}/${monitor.name}`, version, 1, newest);
    const judgedTo = last?.window.to;
    const buckets = await profiles.buckets(spec.name, version, judgedTo ?? new Date(0), untimed);
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
  const thick = windows.filter(({ rows }) => rows >= monitor.thresholds.minRows);
  const thin = windows.filter(({ rows }) => rows < monitor.thresholds.minRows);
  const end = thick[MOST_WINDOWS]?.from;
  // None beyond a window that is left for the next time: judging never goes back.
  return [...thick.slice(0, MOST_WINDOWS), ...thin.slice(0, MOST_THIN)]
    .filter(({ from }) => end === undefined || from < end)
    .toSorted((a, b) => a.from.getTime() - b.from.getTime())
    .map(({ from, to }) => ({ from, to }));
}

/** What was said of a version that is no longer live is over. */
async function resolveOthers(
  spec: ModelSpec,
  monitor: MonitorSpec,
  version: number,
  needs: Parts,
): Promise<void> {
  for (const alert of await needs.alerts.list({ model: spec.name })) {
    if (alert.monitor !== monitor.name || alert.version === version) continue;
    const why = `v${alert.version} is no longer live, so this is over. v${version} is watched now.`;
    await endAlert(alert, why, needs);
  }
}
