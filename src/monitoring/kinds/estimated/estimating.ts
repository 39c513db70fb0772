import type { Window } from '../../../core/model.ts';
import type { Measures } from '../../../core/monitor.ts';
import type { Answering } from '../../answers.ts';
import { expectedError } from '../../estimate/difficulty.ts';
import type { Estimator } from '../../estimate/estimator.ts';
import { readEvaluatedRows } from '../../estimate/evaluated-rows.ts';
import { estimateMetrics, probabilitiesOf } from '../../estimate/expected.ts';
import { estimateWeighted } from '../../estimate/weighted.ts';
import type { Profiles } from '../../profile/open-profiles.ts';
import type { Estimated } from './measure.ts';
import type { EstimatedMonitor } from './settings.ts';
import { byCurves, byDifficulty, combined, featuresOf } from './with-labels.ts';

type Estimate = (window: Window, signal: AbortSignal) => Promise<Estimated>;

/**
 * By the profiles (DLE), by the calibrated answers in the log (CBPE), or by both (PAPE); the first two also with labels
 * (PPI). Undefined if the version has no rows to weight.
 */
export async function estimating(
  answering: Answering,
  { estimator, current }: { estimator: Estimator; current: Profiles['current'] },
  {
    settings,
    needs: { predictions, artifacts },
  }: Pick<EstimatedMonitor, 'settings'> & { needs: Pick<Measures, 'predictions' | 'artifacts'> },
): Promise<Estimate | undefined> {
  if (estimator.kind === 'difficulty') {
    const { difficulty } = estimator;
    return async (window, signal) => {
      const profiles = await current(window);
      const found = expectedError(difficulty, profiles);
      if (!found) return { rows: 0, estimates: {} };
      const estimates = { mae: found.estimate };
      if (!settings.with_labels) return { rows: found.rows, estimates };
      const question = { ...answering.asked, window, features: featuresOf(difficulty) };
      const labelled = await predictions.labelled(question, signal);
      const expectation = byDifficulty(difficulty, found, profiles);
      return { rows: found.rows, ...combined(estimates, expectation, labelled, answering) };
    };
  }
  const answersIn = (window: Window, signal: AbortSignal) =>
    predictions.answered({ ...answering.asked, window }, signal);
  if (!settings.weighted) {
    const { curves } = estimator;
    return async (window, signal) => {
      const { rows, answers } = await answersIn(window, signal);
      const estimates = estimateMetrics(answering, answers, probabilitiesOf(curves, answers));
      if (!settings.with_labels) return { rows, estimates };
      const question = { ...answering.asked, window, features: [] };
      const found = await predictions.labelled(question, signal);
      return {
        rows,
        ...combined(estimates, byCurves(curves, answers, answering), found, answering),
      };
    };
  }
  const kept = answering.evaluation.rows;
  if (kept === undefined) return undefined;
  const evaluated = readEvaluatedRows(await artifacts.read(kept));
  return async (window, signal) => {
    const { rows, answers } = await answersIn(window, signal);
    const given = { answers, profiles: await current(window) };
    return { rows, ...estimateWeighted(answering, evaluated, estimator, given) };
  };
}
