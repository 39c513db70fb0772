import { Unusable } from '../../program.ts';
import { logLoss, rocAuc } from '../metrics.ts';
import { matrix } from '../onnx-schema.ts';
import type { Loss } from './loss.ts';

/** Log loss of a yes or no: the labels are 0 and 1, the answer is the probability of 1. */
export const logistic: Loss = {
  label: 'DOUBLE',

  target(labels) {
    const odd = labels.findIndex((label) => label !== 0 && label !== 1);
    if (odd >= 0) throw new Unusable(`label of row ${odd + 1} is ${labels[odd]}, not 0 or 1`);
    if (labels.every((label) => label === labels[0]))
      throw new Unusable(`every label is ${labels[0]}; widen the window`);
    return { values: Float64Array.from(labels, Number), classes: [] };
  },

  start({ values }) {
    const positives = values.reduce((sum, label) => sum + label, 0);
    return [Math.fround(Math.log(positives / (values.length - positives)))];
  },

  derive([raw = new Float64Array()], { values }, [into]) {
    if (!into) return;
    const { gradients, hessians } = into;
    for (let row = 0; row < raw.length; row += 1) {
      const probability = sigmoid(raw[row] ?? 0);
      gradients[row] = probability - (values[row] ?? 0);
      hessians[row] = probability * (1 - probability);
    }
  },

  indicators: ({ values }) => [values],

  answer([raw = new Float64Array()]) {
    raw.forEach((score, row) => {
      raw[row] = sigmoid(score);
    });
  },

  columns: () => ['score'],

  metrics: ([scores = new Float64Array()], { values }) => ({
    auc: rocAuc(scores, values),
    log_loss: logLoss(scores, values),
  }),

  // A node of its own: onnxruntime ignores the regressor's post_transform LOGISTIC.
  head: (from) => ({
    nodes: [{ opType: 'Sigmoid', name: 'score', input: [from], output: ['score'] }],
    outputs: [matrix('score', 'float', 1)],
  }),
};

function sigmoid(margin: number): number {
  return 1 / (1 + Math.exp(-margin));
}
