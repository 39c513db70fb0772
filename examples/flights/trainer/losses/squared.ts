import { Unusable } from '../../program.ts';
import { meanAbsoluteError, rootMeanSquaredError, rSquared } from '../metrics.ts';
import { matrix } from '../onnx-schema.ts';
import type { Loss } from './loss.ts';

/** Squared error of a quantity: the answer is its mean, in the unit of the labels. */
export const squared: Loss = {
  label: 'DOUBLE',

  target(labels) {
    const odd = labels.findIndex((label) => !Number.isFinite(label));
    if (odd >= 0) throw new Unusable(`label of row ${odd + 1} is ${labels[odd]}, not a number`);
    if (labels.every((label) => label === labels[0]))
      throw new Unusable(`every label is ${labels[0]}; widen the window`);
    return { values: Float64Array.from(labels, Number), classes: [] };
  },

  start: ({ values }) => [
    Math.fround(values.reduce((sum, label) => sum + label, 0) / values.length),
  ],

  derive([raw = new Float64Array()], { values }, [into]) {
    if (!into) return;
    const { gradients, hessians } = into;
    for (let row = 0; row < raw.length; row += 1) {
      gradients[row] = (raw[row] ?? 0) - (values[row] ?? 0);
    }
    hessians.fill(1);
  },

  indicators: ({ values }) => [values],

  answer() {},

  columns: () => ['value'],

  metrics: ([answers = new Float64Array()], { values }) => ({
    rmse: rootMeanSquaredError(answers, values),
    mae: meanAbsoluteError(answers, values),
    r2: rSquared(answers, values),
  }),

  head: (from) => ({
    nodes: [{ opType: 'Identity', name: 'value', input: [from], output: ['value'] }],
    outputs: [matrix('value', 'float', 1)],
  }),
};
