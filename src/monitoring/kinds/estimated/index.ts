import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { figure, plural, rounded } from '../../../core/figures.ts';
import { openAnswers } from '../../answers.ts';
import { budgetOf, budgetWords } from '../../budget.ts';
import { openProfiles } from '../../profile/open-profiles.ts';
import { LOSS } from '../../subjects.ts';
import { watchedMetric } from '../../watched-metric.ts';
import { timelineOf, tracesOf } from './charts.ts';
import { estimating } from './estimating.ts';
import { judge } from './judge.ts';
import { measuredBy } from './measure.ts';
import { Evidence, Measurement } from './measurement.ts';
import { report } from './report.ts';
import { faults, Settings } from './settings.ts';

/** Estimates how well a model predicts before there are labels. */
export const estimated = defineMonitorKind({
  name: 'estimated',
  summary: 'Whether predictions are estimated to be worse than at the evaluation, without labels',
  grade: 'harm',
  defaults: { windowHours: 168, minRows: 200, need: 1, of: 3 },
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
    const profiles = answering && (await openProfiles(answering.asked, needs));
    const estimator = profiles?.estimator;
    if (!answering || !profiles || !estimator) return undefined;
    const { settings } = monitor;
    const estimate = await estimating(
      answering,
      { estimator, current: profiles.current },
      { settings, needs },
    );
    if (!estimate) return undefined;

    return {
      async measure(window, signal) {
        return measuredBy(await estimate(window, signal), estimator, answering, monitor);
      },
      ...(settings.with_labels && {
        changedSince: (time: Date, signal: AbortSignal) =>
          needs.predictions.labelledSince(answering.asked, time, signal),
      }),
      async charts(evidence, history) {
        return timelineOf(`${watched.model.name} v${watched.version}`, evidence, history, monitor);
      },
    };
  },

  about: () => ({ subjects: [LOSS] }),

  /** How far the estimate is on the worse side of the evaluation. */
  size: ({ watched }) =>
    watched && Math.max(0, (watched.evaluated - watched.value) * (watched.higherIsBetter ? 1 : -1)),

  gist({ metrics, watched, represented, labelled }) {
    const [first] = metrics;
    if (labelled && watched)
      return `${watched.words} ${rounded(watched.value)} estimated with ${plural(labelled, 'label')}`;
    if (!first && represented)
      return `nothing estimated: ${rounded(100 * represented.uncovered)}% of the rows are unlike all evaluated ones, and the others are worth ${figure(Math.floor(represented.effective))} of those`;
    return first && `${first.words} ${rounded(first.value)} estimated, blind to concept drift`;
  },

  /** What each alarm of it may cost. */
  note: (_, monitor) => `Budget: ${budgetWords(budgetOf(monitor)).replace('false_alarms: ', '')}.`,

  traces: tracesOf,
});
