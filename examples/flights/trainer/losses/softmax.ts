import { Unusable } from '../../program.ts';
import { accuracy, macroF1, multiclassLogLoss } from '../metrics.ts';
import { attribute, ML, matrix, vector } from '../onnx-schema.ts';
import type { Loss } from './loss.ts';

/**
 * Log loss of one class among several: the labels are text, the answers one probability for each
 * class. Classes are in the order in which they are declared, else in that of their code points,
 * as scikit-learn has them.
 */
export const softmax: Loss = {
  label: 'VARCHAR',

  target(labels, declared) {
    const empty = labels.findIndex((label) => typeof label !== 'string');
    if (empty >= 0)
      throw new Unusable(`label of row ${empty + 1} is ${labels[empty]}, not a class`);
    const seen = new Set(labels.map(String));
    const classes = declared ?? [...seen].sort();
    const index = new Map(classes.map((name, at) => [name, at]));
    const odd = labels.findIndex((label) => !index.has(String(label)));
    if (odd >= 0)
      throw new Unusable(
        `label of row ${odd + 1} is ${labels[odd]}; the classes are ${classes.join(', ')}`,
      );
    const missing = classes.filter((name) => !seen.has(name));
    if (missing.length > 0)
      throw new Unusable(`no row is labelled ${missing.join(', ')}; widen the window`);
    if (classes.length < 2) throw new Unusable(`every label is ${labels[0]}; widen the window`);
    return { values: Float64Array.from(labels, (label) => index.get(String(label)) ?? 0), classes };
  },

  start: ({ values, classes }) =>
    classes.map((_, k) => {
      const rows = values.reduce((count, label) => count + (label === k ? 1 : 0), 0);
      return Math.fround(Math.log(rows / values.length));
    }),

  /**
   * The second derivative is scaled by K / (K - 1), since the K raw scores of a row have only K - 1
   * degrees of freedom (J. Friedman, 2001, algorithm 6).
   */
  derive(raw, { values, classes }, into) {
    const scale = classes.length / (classes.length - 1);
    const probabilities = raw.map((scores) => scores.slice());
    normalise(probabilities);
    into.forEach(({ gradients, hessians }, k) => {
      const own = probabilities[k] ?? new Float64Array();
      for (let row = 0; row < own.length; row += 1) {
        const probability = own[row] ?? 0;
        gradients[row] = probability - (values[row] === k ? 1 : 0);
        hessians[row] = scale * probability * (1 - probability);
      }
    });
  },

  /** All classes but the first, whose share follows from those of the others. */
  indicators: ({ values, classes }) =>
    classes.slice(1).map((_, at) => values.map((label) => (label === at + 1 ? 1 : 0))),

  answer: normalise,
  columns: (classes) => classes,

  metrics: (answers, { values }) => ({
    log_loss: multiclassLogLoss(answers, values),
    accuracy: accuracy(answers, values),
    macro_f1: macroF1(answers, values),
  }),

  // Two outputs by the names that scikit-learn's converter gives them.
  head: (from, classes) => ({
    nodes: [
      {
        opType: 'Softmax',
        name: 'probabilities',
        input: [from],
        output: ['probabilities'],
        attribute: [attribute.int('axis', 1)],
      },
      {
        opType: 'ArgMax',
        name: 'likeliest',
        input: ['probabilities'],
        output: ['likeliest'],
        attribute: [attribute.int('axis', 1), attribute.int('keepdims', 0)],
      },
      {
        opType: 'LabelEncoder',
        domain: ML,
        name: 'label',
        input: ['likeliest'],
        output: ['label'],
        attribute: [
          attribute.ints('keys_int64s', [...classes.keys()]),
          attribute.strings('values_strings', [...classes]),
        ],
      },
    ],
    outputs: [vector('label', 'string'), matrix('probabilities', 'float', classes.length)],
  }),
};

/** The softmax of each row, the largest score taken off first so that nothing overflows. */
function normalise(scores: readonly Float64Array[]): void {
  const rows = scores[0]?.length ?? 0;
  for (let row = 0; row < rows; row += 1) {
    let most = Number.NEGATIVE_INFINITY;
    for (const own of scores) most = Math.max(most, own[row] ?? 0);
    let sum = 0;
    for (const own of scores) {
      const power = Math.exp((own[row] ?? 0) - most);
      own[row] = power;
      sum += power;
    }
    for (const own of scores) own[row] = (own[row] ?? 0) / sum;
  }
}
