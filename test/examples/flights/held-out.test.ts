import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Label, Window } from '../../../examples/flights/flights.ts';
import { boost } from '../../../examples/flights/trainer/boost.ts';
import { LOSSES } from '../../../examples/flights/trainer/losses/index.ts';
import { toOnnx } from '../../../examples/flights/trainer/onnx.ts';
import { readTable } from '../../../examples/flights/trainer/table.ts';
import { oneOf } from '../../sweep.ts';
import { served } from './served.ts';
import { dataOf, FEATURES, FEBRUARY, flights, JANUARY } from './workspace.ts';

/** As in wheelhouse.yaml. */
const SETTINGS = { trees: 40, leaves: 15, learningRate: 0.15, seed: 1 };

/** Trained on January: what the served model reaches in February, and what January's mean does. */
async function heldOut(label: Label, name: keyof typeof LOSSES, output: string) {
  const loss = LOSSES[name];
  const read = async (window: Window) =>
    readTable(join(await dataOf(flights(window, label, 500)), 'data.parquet'), FEATURES, loss);
  const [trained, held] = [await read(JANUARY), await read(FEBRUARY)];
  const constant = loss.start(trained.target).map((raw) => new Float64Array(held.rows).fill(raw));
  loss.answer(constant);
  const model = toOnnx(boost(trained, loss, SETTINGS));
  const answers = (await served(model, held.columns)).columns(output);
  return {
    model: loss.metrics(answers, held.target),
    constant: loss.metrics(constant, held.target),
  };
}

// On 500 rows a day, for speed; the example's README has the figures for 1,300. The floors are a little below the
// measured values: the margin over a constant is what matters.
const predicts = {
  'the minutes better than their mean': async () => {
    const { model, constant } = await heldOut('delay', 'squared', 'value');
    expect(constant['r2']).toBeCloseTo(0, 2);
    expect(model['r2']).toBeGreaterThan(0.06);
    expect((constant['rmse'] ?? 0) - (model['rmse'] ?? 0)).toBeGreaterThan(0.8);
    expect((constant['mae'] ?? 0) - (model['mae'] ?? 0)).toBeGreaterThan(0.7);
  },

  'early, on time and late better than their shares': async () => {
    const { model, constant } = await heldOut('lateness', 'softmax', 'probabilities');
    expect((constant['log_loss'] ?? 0) - (model['log_loss'] ?? 0)).toBeGreaterThan(0.03);
    expect((model['accuracy'] ?? 0) - (constant['accuracy'] ?? 0)).toBeGreaterThan(0.008);
    expect((model['macro_f1'] ?? 0) - (constant['macro_f1'] ?? 0)).toBeGreaterThan(0.12);
  },
};

describe('examples/flights on the first half of February', () => {
  it.each(oneOf('held-out model', Object.entries(predicts)))('predicts %s', (_, held) => held());
});
