import { noPipelineCard, pipelineState } from '../../cards/pipeline.ts';
import type { Card } from '../../core/card.ts';
import type { Pipeline, StepState } from '../../core/pipeline.ts';
import { PIPELINE_STEPS } from '../../core/pipeline-spec.ts';
import { AT, HASH, RUN, WINDOW } from './things.ts';

const done = (count: number, next: Partial<StepState> = {}): StepState[] =>
  PIPELINE_STEPS.map((name, at) => {
    if (at < count) return { name, status: 'done', startedAt: AT, finishedAt: AT };
    return { name, status: 'pending', ...(at === count && next) };
  });

const PIPELINE: Pipeline = {
  ...{ id: 'pipeline-3k9x2m7q', model: 'flights', revision: 9, attempt: 1, requestedBy: 'dev' },
  ...{ window: WINDOW, parameters: { trees: 100 }, to: 'production', reuse: true },
  ...{ steps: done(2, { status: 'running' }), createdAt: AT, seenAt: AT },
  made: {
    arrivals: { used: 4, rows: 61_204, left: 1 },
    dataset: { window: WINDOW, sha256: HASH, rows: 18_204 },
  },
};
const VERSION = { ...PIPELINE.made, version: 4 };
const GAIN = { gain: 0.012, champion: 3, metric: 'auc' };
const ASKED = { ...VERSION, gain: GAIN, approval: 'approval-7k2f9qab' };

/** Pipelines. */
export function pipelineSamples(): [string, Card][] {
  const shown = (change: Partial<Pipeline>): Card =>
    pipelineState({ ...PIPELINE, ...change }, { ...RUN, status: 'running' }).card;
  return [
    ['pipeline, running', shown({})],
    [
      'pipeline, waits for people',
      shown({
        made: ASKED,
        steps: done(5, { status: 'waiting', why: 'approval-7k2f9qab needs 1 approval.' }),
      }),
    ],
    [
      'pipeline, failed',
      shown({
        steps: done(2, { status: 'failed', why: 'The training program exited with status 3.' }),
        end: { kind: 'failed', at: AT },
      }),
    ],
    [
      'pipeline, gains too little',
      shown({
        made: { ...VERSION, gain: { ...GAIN, gain: -0.001 } },
        steps: done(5).map((step) =>
          step.name === 'compare' ? { ...step, why: 'It gains too little.' } : step,
        ),
        end: { kind: 'stopped', at: AT },
      }),
    ],
    [
      'pipeline, restarted and done',
      shown({
        ...{ made: ASKED, steps: done(7), end: { kind: 'done', at: AT }, attempt: 2 },
        restarted: { from: 'train', by: 'lead' },
      }),
    ],
    ['pipeline, none', noPipelineCard('flights', PIPELINE_STEPS)],
  ];
}
