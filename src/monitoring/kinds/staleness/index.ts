import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import type { Measurement as Measured, Verdict } from '../../../core/monitor.ts';
import { confirm } from '../../confirm.ts';
import { TRAFFIC } from '../../subjects.ts';
import { timelineOf, tracesOf } from './charts.ts';
import {
  lookBack,
  Measurement,
  measureStaleness,
  type StalenessMeasurement,
  signalsOf,
} from './measurement.ts';
import { Evidence, lasting, report, type StalenessEvidence } from './report.ts';
import { faults, Settings, type StalenessMonitor } from './settings.ts';

/** Whether requests and labels still come, and the model is not too old. */
export const staleness = defineMonitorKind({
  name: 'staleness',
  summary: 'Whether requests and labels still come, and the model is not too old',
  grade: 'inform',
  defaults: { windowHours: 1, minRows: 1, need: 1, of: 1 },
  judgesEmpty: true,
  windowsOf: 'clock',
  settings: Settings,
  measurement: Measurement,
  evidence: Evidence,
  faults,
  judge,
  report,

  async open({ model, environment, version }, monitor, { traffic, versions }) {
    const { createdAt } = await versions.resolve(model.name, String(version));
    const endpoint = { model: model.name, environment };
    return {
      async measure(window) {
        const hours = await traffic.within(endpoint, lookBack(window.to));
        return measureStaleness(hours, window, createdAt);
      },
      async charts({ confirmed: [name] }, history) {
        return name === undefined ? [] : timelineOf(model.name, name, history, monitor);
      },
    };
  },

  about: (_, signals) => ({
    subjects: signals.map((name) =>
      name === 'traffic' ? TRAFFIC : name === 'age' ? 'age of the version' : 'labels',
    ),
  }),

  /** How many times the allowed time has passed. */
  size: (measured, monitor) =>
    Math.max(0, ...signalsOf(measured, monitor).map(({ found, allowed }) => found / allowed)),

  gist({ trafficHours }) {
    return trafficHours === undefined
      ? undefined
      : `last request ${lasting({ name: 'traffic' }, trafficHours)} before`;
  },

  traces: tracesOf,
});

/** Each check must find it stale in `need` of the last `of` windows. */
function judge(
  { measured }: Measured<StalenessMeasurement>,
  earlier: readonly Measured<StalenessMeasurement>[],
  monitor: StalenessMonitor,
): Verdict<StalenessEvidence> {
  const { need, of } = monitor;
  const signals = signalsOf(measured, monitor);
  const past = earlier
    .slice(of > 1 ? 1 - of : earlier.length)
    .map((one) => signalsOf(one.measured, monitor));
  const confirmed = signals
    .filter(({ stale }) => stale)
    .map(({ name }) => name)
    .filter((name) =>
      confirm(
        past.map((window) => window.some((one) => one.name === name && one.stale)),
        true,
        { need, of },
      ),
    );
  const newest = [...past, signals];
  const isKnown = measured.trafficHours !== undefined;
  return {
    status: confirmed.length > 0 ? 'alert' : isKnown ? 'ok' : 'insufficient data',
    signals: confirmed,
    over: isKnown && newest.length >= of && !newest.flat().some(({ stale }) => stale),
    evidence: { rows: measured.rows, signals, confirmed },
  };
}
