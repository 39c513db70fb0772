import { defineMonitorKind } from '../../../core/define-monitor-kind.ts';
import { rounded } from '../../../core/figures.ts';
import type { Window } from '../../../core/model.ts';
import type { Measures } from '../../../core/monitor.ts';
import { type Answering, openAnswers } from '../../answers.ts';
import { expectedError } from '../../estimate/difficulty.ts';
import type { Estimator } from '../../estimate/estimator.ts';
import { estimateMetrics, probabilitiesOf } from '../../estimate/expected.ts';
import { openProfiles, type Profiles } from '../../profile/open-profiles.ts';
import { LOSS } from '../../subjects.ts';
import { watchedMetric } from '../../watched-metric.ts';
import { timelineOf, tracesOf } from './charts.ts';
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
  defaults: { windowHours: 168, minRows: 200, need: 2, of: 3 },
  settings: Settings,
  measurement: Measurement,
  evidence: Evidence,
  faults,
  judge,
  watches: ({ settings: { loss } }, task) => watchedMetric(task, loss)?.name,
  report,

  async open(watched, monitor, needs) {
    const answering = await openAnswers(watched, needs);
    const profiles = answering && (await openProfiles(answering.asked, needs));
    const estimator = profiles?.estimator;
    if (!answering || !profiles || !estimator) return undefined;
    const estimate = estimating(answering, { estimator, current: profiles.current }, needs);

    return {
      async measure(window, signal) {
        return measuredBy(await estimate(window, signal), estimator, answering, monitor);
      },
      async charts(evidence, history) {
        return timelineOf(`${watched.model.name} v${watched.version}`, evidence, history, monitor);
      },
    };
  },

  about: () => ({ subjects: [LOSS] }),

  /** How far the estimate is on the worse side of the evaluation. */
  size: ({ watched }) =>
    watched && Math.max(0, (watched.evaluated - watched.value) * (watched.higherIsBetter ? 1 : -1)),

  gist({ metrics: [first] }) {
    return first && `${first.words} ${rounded(first.value)} estimated, blind to concept drift`;
  },

  traces: tracesOf,
});

/** By the calibrated answers in the log (CBPE), or by the profiles (DLE). */
function estimating(
  answering: Answering,
  { estimator, current }: { estimator: Estimator; current: Profiles['current'] },
  { predictions }: Pick<Measures, 'predictions'>,
) {
  return async (window: Window, signal: AbortSignal) => {
    if (estimator.kind === 'difficulty') {
      const found = expectedError(estimator.difficulty, await current(window));
      return { rows: found?.rows ?? 0, estimates: found ? { mae: found.estimate } : {} };
    }
    const { rows, answers } = await predictions.answered({ ...answering.asked, window }, signal);
    const probabilities = probabilitiesOf(estimator.curves, answers);
    return { rows, estimates: estimateMetrics(answering, answers, probabilities) };
  };
}
