import type { ModelSpec } from '../../src/core/model.ts';
import { binary } from '../../src/tasks/binary/index.ts';

/** The spec of a model, for tests that read few of its fields. */
export const flights: ModelSpec = {
  name: 'flights',
  summary: '',
  channel: 'flights',
  homes: [],
  features: { distance: 'number', carrier: 'category' },
  nullCategory: '',
  label: 'late',
  task: binary,
  programs: { dataset: ['true'], train: ['true'] },
  parameters: {},
  training: {
    window: { from: new Date('2001-01-01'), to: new Date('2001-02-01') },
    timeoutMinutes: 1,
    outputBytes: 1_000_000,
  },
  evaluation: { days: 14, primary: ['auc'], margin: 0.01 },
  gates: [],
  approval: { needed: 1, expiresHours: 24 },
  monitors: [],
  folder: '.',
};
