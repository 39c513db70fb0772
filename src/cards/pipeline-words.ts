import { duration, figure, plural, rounded, span } from '../core/figures.ts';
import type { Pipeline, StepState } from '../core/pipeline.ts';
import { isUsualStep, type StepName } from '../core/pipeline-spec.ts';
import type { Run } from '../core/ports/runs.ts';
import { metricWords } from '../tasks/words.ts';

const TITLES: Readonly<Record<StepName, string>> = {
  check: 'Check the data',
  prepare: 'Prepare the data',
  train: 'Train',
  evaluate: 'Evaluate',
  compare: 'Compare with what is live',
  promote: 'Request the promotion',
  rollout: 'Roll out',
};

/** A step of a model's own has its name. */
export const titleOf = (name: string): string => (isUsualStep(name) ? TITLES[name] : name);

/** A step in a line: `Train: v4, in 2 min 3 s`. */
export function lineOf(step: StepState, pipeline: Pipeline, run: Run | undefined): string {
  const detail = detailOf(step, pipeline, run);
  return detail === '' ? titleOf(step.name) : `${titleOf(step.name)}: ${detail}`;
}

function detailOf(step: StepState, pipeline: Pipeline, run: Run | undefined): string {
  switch (step.status) {
    case 'pending':
      return '';
    case 'skipped':
      return 'not done';
    case 'running':
      return step.why ?? (run?.status === 'running' ? run.stage : '');
    case 'waiting':
    case 'failed':
      return step.why ?? '';
    case 'done':
      return [made(step, pipeline), how(step)].filter((words) => words !== '').join(', ');
  }
}

function how({ reused, startedAt, finishedAt }: StepState): string {
  if (reused !== undefined) return `not run again: ${reused} has the same inputs`;
  const ms = startedAt && finishedAt ? finishedAt.getTime() - startedAt.getTime() : 0;
  return ms < 1000 ? '' : `in ${duration(ms)}`;
}

function made({ name }: StepState, { made: all, to }: Pipeline): string {
  const { arrivals, dataset, version, gain, approval } = all;
  if (!isUsualStep(name)) return '';
  switch (name) {
    case 'check':
      return arrivals ? checkedInWords(arrivals) : '';
    case 'prepare':
      return dataset ? `${figure(dataset.rows)} rows, ${span(dataset.window)}` : '';
    case 'train':
      return version === undefined ? '' : `v${version}`;
    case 'evaluate':
      return '';
    case 'compare':
      return gain ? gainedInWords(gain) : 'nothing to compare with';
    case 'promote':
      return approval === undefined ? 'it is live already' : `${approval} is approved`;
    case 'rollout':
      return `live in ${to}`;
  }
}

function checkedInWords({ used, rows, left }: NonNullable<Pipeline['made']['arrivals']>): string {
  const came = used === 0 ? 'no new data' : `${plural(used, 'arrival')}, ${figure(rows)} rows`;
  return left === 0 ? came : `${came}, ${plural(left, 'file')} left out`;
}

function gainedInWords({ gain, champion, metric }: NonNullable<Pipeline['made']['gain']>): string {
  return `${metricWords(metric)} ${rounded(Math.abs(gain))} ${gain >= 0 ? 'better' : 'worse'} than v${champion}`;
}

/** Why a version is not proposed, as a sentence. */
export const tooLittleInWords = (
  gain: NonNullable<Pipeline['made']['gain']>,
  least: number,
): string => `It gains too little: ${gainedInWords(gain)}, and ${figure(least)} is the least.`;
