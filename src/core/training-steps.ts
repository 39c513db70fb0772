import type { Step } from './card.ts';

/** The steps of a training, with the share of it at which each begins. */
export const TRAINING_STEPS = {
  data: { title: 'Prepare the data', from: 0.02 },
  train: { title: 'Train the model', from: 0.1 },
  evaluate: { title: 'Evaluate it on days it has not seen', from: 0.85 },
  reference: { title: 'Store the reference for the monitors', from: 0.93 },
} as const;

/** The end of the program's own share. */
const TRAINED = 0.8;

/** Where a run is, by how far its program is: 0 to 1. */
export function shareOfProgram(share: number): number {
  return TRAINING_STEPS.train.from + (TRAINED - TRAINING_STEPS.train.from) * share;
}

/** The steps of a training that is `share` done; nothing has begun while it waits. */
export function stepsAt(share: number): Step[] {
  const all = Object.values(TRAINING_STEPS);
  return all.map(({ title, from }, at) => {
    const next = all[at + 1]?.from ?? 1;
    if (share < from) return { title, status: 'pending' };
    return { title, status: share < next ? 'running' : 'done' };
  });
}
