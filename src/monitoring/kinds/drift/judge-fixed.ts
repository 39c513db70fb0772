import type { Measurement as Measured, Verdict } from '../../../core/monitor.ts';
import { confirmDrift } from './confirm.ts';
import type { DriftEvidence } from './evidence.ts';
import { type DriftJudgement, type DriftMeasurement, judgeWindow } from './judge-drift.ts';
import type { DriftOptions } from './options.ts';
import { type DriftMonitor, optionsOf } from './settings.ts';

/** `rule: fixed`: size, chance and rows in each window, and `need` of the last `of` windows. */
export function judgeFixed(
  measured: DriftMeasurement,
  earlier: readonly Measured<DriftMeasurement>[],
  monitor: DriftMonitor,
): Verdict<DriftEvidence> {
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
export function judgeable(
  windows: readonly Measured<DriftMeasurement>[],
  options: DriftOptions,
): Measured<DriftMeasurement>[] {
  return windows.filter(
    ({ measured }) => judgeWindow(measured, options).status !== 'insufficient data',
  );
}
