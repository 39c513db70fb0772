import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { rounded } from '../../../core/figures.ts';
import { openAnswers } from '../../answers.ts';
import { budgetOf, budgetWords } from '../../budget.ts';
import { LOSS } from '../../subjects.ts';
import { watchedMetric } from '../../watched-metric.ts';
import { timelinesOf, tracesOf } from './charts.ts';
import { isEnough, judge } from './judge.ts';
import { measureLabelled } from './measure.ts';
import { Evidence, Measurement } from './measurement.ts';
import { report } from './report.ts';
import { faults, Settings } from './settings.ts';

/** Measures a model by the labels that arrive, however late. */
export const performance = defineMonitorKind({
  name: 'performance',
  summary:
    'Whether predictions are worse than at the evaluation, measured by labels as they arrive',
  grade: 'harm',
  defaults: { windowHours: 168, minRows: 100, need: 1, of: 3 },
  settings: Settings,
  measurement: Measurement,
  evidence: Evidence,
  faults,
  judge,
  sharesBudget: ({ settings }) => settings.false_alarms === undefined,
  watches: ({ settings: { loss } }, task) => watchedMetric(task, loss)?.name,
  report,

  async open(watched, monitor, needs) {
    const answering = await openAnswers(watched, needs);
    if (!answering) return undefined;
    const { asked } = answering;
    return {
      async measure(window, signal) {
        const features = monitor.settings.slices;
        const found = await needs.predictions.labelled({ ...asked, window, features }, signal);
        return measureLabelled(found, answering, monitor, watched.model.features);
      },
      changedSince: (time, signal) => needs.predictions.labelledSince(asked, time, signal),
      async charts(evidence, history) {
        const title = `${watched.model.name} v${watched.version}`;
        return timelinesOf(title, evidence, history, monitor);
      },
    };
  },

  about: ({ alarm }) => ({ subjects: [LOSS], since: alarm && new Date(alarm.since) }),

  /** How much the mean loss exceeds that of the evaluation. */
  size: ({ risk }) => risk && Math.max(0, risk.sum / risk.rows - risk.evaluated),

  gist(measured, monitor) {
    const { rows, labelled, metrics } = measured;
    const coverage = rows > 0 ? Math.floor((labelled / rows) * 100) : 0;
    const [first] = metrics;
    const shown = isEnough(measured, monitor) && first?.value !== undefined;
    return [
      ...(shown ? [`${first.words} ${rounded(first.value ?? 0)}`] : []),
      `${coverage}% labelled`,
    ].join(', ');
  },

  /** What each alarm of it may cost. */
  note: (_, monitor) => {
    const share = budgetOf(monitor);
    return `Budget: ${budgetWords(share).replace('false_alarms: ', '')}.`;
  },

  traces: tracesOf,
});
