import type { Answers, Classes, Task } from '../../core/task.ts';
import type { Profile } from '../profile/profile.ts';
import type { Estimator } from './estimator.ts';
import type { EvaluatedRows } from './evaluated-rows.ts';
import { type Estimate, estimateMetrics, fitCurves, probabilitiesOf } from './expected.ts';
import { weighRows } from './weights.ts';

/** With less, a calibration is one of chance. */
const MIN_EFFECTIVE = 200;
/** With more, the window is of rows that nobody evaluated. */
const MOST_UNCOVERED = 0.1;

/** How well the evaluated rows represent a window. */
export interface Represented {
  /** Evaluated rows that the weighted ones are worth. */
  effective: number;
  /** Share of the window that has no evaluated rows like it. */
  uncovered: number;
}

/**
 * Probabilistic adaptive performance estimation (PAPE; Białek et al., arXiv 2401.08348): as CBPE, but the calibration is
 * that of evaluated rows weighted to the inputs of the window. No estimates if too few rows are like those of the
 * window. Standard errors count the calibration as well: the spread of the losses over the effective rows.
 */
export function estimateWeighted(
  asked: { task: Task; classes: Classes },
  { labels, answers: evaluated, bins }: EvaluatedRows,
  { realised }: Pick<Estimator, 'realised'>,
  window: { answers: Answers; profiles: Readonly<Record<string, Profile>> },
): { estimates: Record<string, Estimate>; represented: Represented } {
  const { weights, ...represented } = weighRows(
    { labels, answers: evaluated, bins },
    window.profiles,
  );
  if (represented.effective < MIN_EFFECTIVE || represented.uncovered > MOST_UNCOVERED)
    return { estimates: {}, represented };
  const width = asked.task.answer.width(asked.classes);
  const curves = fitCurves(labels, evaluated, width, weights);
  const found = estimateMetrics(asked, window.answers, probabilitiesOf(curves, window.answers));
  const more = labels.length / represented.effective;
  const estimates = Object.entries(found).map(([name, { value, error }]) => {
    const known = realised[name];
    return error === undefined || !known
      ? [name, { value }]
      : [name, { value, error: Math.sqrt(error ** 2 + known.error ** 2 * more) }];
  });
  return { estimates: Object.fromEntries(estimates), represented };
}
