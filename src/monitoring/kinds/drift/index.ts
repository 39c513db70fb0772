import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import type { Measurement as Measured } from '../../../core/monitor.ts';
import { openProfiles } from '../../profile/open-profiles.ts';
import { histogramOf, timelineOf } from './charts.ts';
import { confirmDrift } from './confirm.ts';
import { driftedOf, Evidence } from './evidence.ts';
import {
  type DriftJudgement,
  type DriftMeasurement,
  judgeWindow,
  measureDrift,
} from './judge-drift.ts';
import { Measurement } from './measurement.ts';
import { DEFAULTS, type DriftOptions } from './options.ts';
import { report } from './report.ts';
import { faults, optionsOf, Settings } from './settings.ts';

/** Compares the requests and answers of a model with what it was trained on. */
export const drift = defineMonitorKind({
  name: 'drift',
  summary: 'Whether features and score are still distributed as in the training data',
  grade: 'inform',
  defaults: { windowHours: 168, minRows: DEFAULTS.minRows, need: 2, of: 3 },
  settings: Settings,
  measurement: Measurement,
  evidence: Evidence,
  faults,
  report,

  async open({ model, environment, version }, monitor, needs) {
    const profiles = await openProfiles({ model: model.name, environment, version }, needs);
    if (!profiles) return undefined;
    const { reference, answers, current } = profiles;
    return {
      async measure(window) {
        return measureDrift(reference, await current(window), answers);
      },
      async charts(evidence, history) {
        const [column] = driftedOf(evidence);
        const latest = history.at(-1);
        const before = column && reference[column.name];
        const now = column && latest && (await current(latest.window))[column.name];
        if (!column || !before || !now) return [];
        const title = `${model.name} v${version}`;
        const options = optionsOf(monitor);
        const drift = { title, history: judgeable(history, options), options, quiet: monitor.of };
        return [...histogramOf(drift, column, before, now), ...timelineOf(drift, column)];
      },
    };
  },

  judge({ measured }, earlier, monitor) {
    const { need, of } = monitor;
    const options = optionsOf(monitor);
    const latest = judgeWindow(measured, options);
    const judged = judgeable(earlier, options).map((one) => judgeWindow(one.measured, options));
    const recent = judged.slice(Math.max(0, judged.length - of + 1));
    const confirmed = confirmDrift(recent, latest, options, { need, of });
    const columns = [...confirmed.features, ...confirmed.predictions];
    return {
      status: latest.status === 'insufficient data' ? latest.status : confirmed.status,
      signals: columns.filter(({ drifted }) => drifted).map(({ name }) => name),
      over: recent.length >= of - 1 && [...recent, latest].every(isQuiet),
      evidence: { rows: confirmed.rows, need, of, columns },
    };
  },

  size: (measured, monitor) => mostDrifted(measured, monitor)?.psi,

  gist(measured, monitor) {
    const most = mostDrifted(measured, monitor);
    return most?.psi === undefined ? undefined : `${most.name} PSI ${most.psi.toFixed(3)}`;
  },
});

function mostDrifted(measured: DriftMeasurement, monitor: Parameters<typeof optionsOf>[0]) {
  const { features, predictions } = judgeWindow(measured, optionsOf(monitor));
  const [most] = [...features, ...predictions].sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0));
  return most;
}

/** No column drifted, confirmed or not. */
function isQuiet({ features, predictions }: DriftJudgement): boolean {
  const columns = [...features, ...predictions];
  return (
    !columns.some(({ drifted }) => drifted) &&
    columns.some(({ status }) => status !== 'insufficient data')
  );
}

/** Windows with insufficient data neither confirm nor clear, and are not charted. */
function judgeable(
  windows: readonly Measured<DriftMeasurement>[],
  options: DriftOptions,
): Measured<DriftMeasurement>[] {
  return windows.filter(
    ({ measured }) => judgeWindow(measured, options).status !== 'insufficient data',
  );
}
