import type { types } from '@slack/bolt';
import type { Card, Plan, Step } from '../../../core/card.ts';
import { progressWords } from './below.ts';
import { LIMITS } from './limits.ts';
import { cut, isBlank, oneLine } from './text.ts';

const STATUS = {
  ...{ pending: 'pending', running: 'in_progress', done: 'complete', failed: 'error' },
} as const;

/** The progress of a run as steps; the title says the same as the bar. */
export const progressPlan = (
  progress: NonNullable<Card['progress']>,
  steps: readonly Step[],
): types.PlanBlock => planBlock({ title: progressWords(progress), steps });

export function planBlock({ title: whole, steps }: Plan): types.PlanBlock {
  return {
    type: 'plan',
    title: cut(whole, LIMITS.plan.title),
    tasks: steps.slice(0, LIMITS.plan.tasks).map(({ title, status }, at) => ({
      type: 'task_card',
      task_id: `step:${at}`,
      title: isBlank(title) ? '–' : cut(oneLine(title).trim(), LIMITS.plan.title),
      status: STATUS[status],
    })),
  };
}
