import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { openProfiles } from '../../profile/open-profiles.ts';
import { readingsOf } from '../../sequential/detector.ts';
import { columnOf } from '../../subjects.ts';
import { gistOf, noteOn } from './budget-figures.ts';
import { histogramOf, timelineOf } from './charts.ts';
import { learn } from './detector.ts';
import { driftedOf, Evidence } from './evidence.ts';
import { judgeBudget } from './judge-budget.ts';
import { type DriftMeasurement, judgeWindow, measureDrift } from './judge-drift.ts';
import { judgeable, judgeFixed } from './judge-fixed.ts';
import { Measurement } from './measurement.ts';
import { report } from './report.ts';
import { type Sequential, storeReadings } from './sequential.ts';
import {
  type DriftMonitor,
  defaultsFor,
  faults,
  isFixed,
  optionsOf,
  Settings,
} from './settings.ts';

/** Compares the requests and answers of a model with what it was trained on. */
export const drift = defineMonitorKind({
  name: 'drift',
  summary: 'Whether features and score are still distributed as in the training data',
  grade: 'inform',
  defaults: defaultsFor,
  settings: Settings,
  measurement: Measurement,
  evidence: Evidence,
  faults,
  report,
  sharesBudget: (monitor) => !isFixed(monitor) && monitor.settings.false_alarms === undefined,

  async open({ model, environment, version }, monitor, needs) {
    const profiles = await openProfiles({ model: model.name, environment, version }, needs);
    if (!profiles) return undefined;
    const { reference, answers, windows, current } = profiles;
    const learnt = () =>
      learn(reference, windows, monitor, (sha256) => needs.artifacts.read(sha256));
    return {
      async measure(window) {
        const columns = await current(window);
        const measured = measureDrift(reference, columns, answers);
        if (isFixed(monitor)) return measured;
        const { id, detector, certified, learning } = await learnt();
        const seen = readingsOf(detector, { start: window.from.getTime(), columns });
        const sequential: Sequential = learning
          ? { learning }
          : { certified, readings: storeReadings(id, seen) };
        return { ...measured, sequential };
      },
      async charts(evidence, history) {
        const [column] = driftedOf(evidence);
        const latest = history.at(-1);
        const before = column && reference[column.name];
        const now = column && latest && (await current(latest.window))[column.name];
        if (!column || !before || !now) return [];
        const title = `${model.name} v${version}`;
        const options = optionsOf(monitor);
        const drift = {
          ...{ title, history: judgeable(history, options), options, quiet: monitor.of },
          since: evidence.alarm?.since,
        };
        return [...histogramOf(drift, column, before, now), ...timelineOf(drift, column)];
      },
    };
  },

  judge({ measured }, earlier, monitor, state) {
    return isFixed(monitor)
      ? judgeFixed(measured, earlier, monitor)
      : judgeBudget(measured, monitor, state);
  },

  about: ({ alarm }, signals) => ({
    subjects: signals.map(columnOf),
    since: alarm && new Date(alarm.since),
  }),

  size: (measured, monitor) => mostDrifted(measured, monitor)?.psi,

  gist(measured, monitor, figures) {
    const most = mostDrifted(measured, monitor);
    const size = most?.psi === undefined ? undefined : `${most.name} PSI ${most.psi.toFixed(3)}`;
    return [gistOf(figures), size].filter((part) => part !== undefined).join('; ') || undefined;
  },

  chartedAs: 'heat map',

  traces(measured, monitor) {
    const options = optionsOf(monitor);
    const { features, predictions } = judgeWindow(measured, options);
    return [...features, ...predictions].flatMap(({ name, psi, status }) =>
      psi === undefined || status === 'insufficient data'
        ? []
        : [{ subject: 'psi', title: 'PSI', name, value: psi, limit: options.alert }],
    );
  },

  note: noteOn,
});

function mostDrifted(measured: DriftMeasurement, monitor: DriftMonitor) {
  const { features, predictions } = judgeWindow(measured, optionsOf(monitor));
  const [most] = [...features, ...predictions].sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0));
  return most;
}
