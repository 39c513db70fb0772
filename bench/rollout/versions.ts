import type { Version } from '../../src/core/ports/versions.ts';
import type { Container } from '../../src/wiring/container.ts';
import { throwingModel } from '../../test/serving/dividing-model.ts';
import { endlessModel, slowModel } from '../../test/serving/endless-model.ts';
import { tinyModel } from '../../test/serving/tiny-model.ts';
import { register } from '../deliver.ts';

export const MODEL = 'flights';
/** By steps in shadow and at a weight; at a weight at once; and without a rollout. */
export const ENVIRONMENTS = { stepwise: 'production', canary: 'canary', direct: 'direct' } as const;
export const WEIGHT = 25;

/** Some milliseconds on any machine: fifty times what the stable version takes. */
const ROUNDS = 6000;

export const tiny = (bias: number) =>
  tinyModel({ weights: { distance: 0.01 }, categories: { carrier: { AA: 0.1 } }, bias });

/** Each loads, answers a row of zeros, and is bad for the rows of the bench. */
const BAD = {
  wrong: () => tiny(4),
  slow: () => slowModel(ROUNDS),
  throwing: () => throwingModel(),
  hanging: () => endlessModel(0),
} as const;
export type Bad = keyof typeof BAD;
export const ALL_BAD: readonly Bad[] = ['wrong', 'slow', 'throwing', 'hanging'];

export const ROW = {
  inputs: [
    { name: 'distance', datatype: 'FP32', shape: [1, 1], data: [1] },
    { name: 'carrier', datatype: 'BYTES', shape: [1, 1], data: ['AA'] },
  ],
};

/** A version that is good, one that answers the same, and those that are bad. */
export async function registerAll(
  container: Container,
  bad: readonly Bad[],
): Promise<{ stable: Version; newer: Version; bad: Map<Bad, Version> }> {
  const one = (run: string, bytes: Uint8Array) => register(container, MODEL, run, bytes);
  const stable = await one('stable', tiny(0));
  const newer = await one('newer', tiny(0.001));
  const found = new Map<Bad, Version>();
  for (const name of bad) found.set(name, await one(name, BAD[name]()));
  return { stable, newer, bad: found };
}

/** Steps of a minute are the shortest there are. */
export const WORKSPACE = {
  name: 'Bench',
  channels: { flights: {} },
  people: {
    dev: { name: 'Dev', role: 'operator' },
    lead: { name: 'Lead', role: 'approver' },
  },
  environments: {
    [ENVIRONMENTS.stepwise]: {},
    [ENVIRONMENTS.canary]: { rollout: { steps: [{ weight: WEIGHT, for: '1m' }] } },
    [ENVIRONMENTS.direct]: { rollout: false },
  },
  models: {
    [MODEL]: {
      summary: 'Tells whether a flight will arrive late',
      channel: 'flights',
      features: { distance: 'number', carrier: 'category' },
      label: 'late',
      dataset: ['node', '--version'],
      train: ['node', '--version'],
      training: { from: '2001-01-01', to: '2001-02-01' },
      rollout: { steps: [{ shadow: '1m' }, { weight: WEIGHT, for: '1m' }] },
      approval: { undo_seconds: 0 },
    },
  },
};
