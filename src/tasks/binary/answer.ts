import { isScore } from '../../core/score.ts';
import type { AnswerSpec, OutputValue, TaskFault } from '../../core/task.ts';
import { chooseOutput, notFloat, zipMap } from '../../onnx/outputs.ts';

const wanted = {
  words: 'the probability of the positive class',
  known: ['score', 'probabilities'],
};

export const answer: AnswerSpec = {
  noun: 'score',
  expected: 'a number from 0 to 1',
  width: () => 1,

  /** `score`, or `probabilities` (the name used by scikit-learn's converter), or the only one. */
  bind(outputs) {
    const { output, faults } = chooseOutput(outputs, wanted);
    const fault = output && wrongOutput(output);
    if (!output || fault) return { faults: fault ? [fault] : faults };
    return { outputs: { answer: output.name }, faults };
  },

  /** For [n], [n, 1] or [n, classes], like scikit-learn's `probabilities`: the last column. */
  read(data, rows) {
    if (data.length % rows !== 0) return undefined;
    const width = data.length / rows;
    if (width === 1) return data;
    return Float64Array.from(
      { length: rows },
      (_, row) => data[row * width + width - 1] ?? Number.NaN,
    );
  },

  fault(answers, row) {
    const score = answers[row] ?? Number.NaN;
    if (isScore(score)) return undefined;
    return `${score}, ${Number.isFinite(score) ? 'outside of 0 to 1' : 'not a finite number'}`;
  },

  fields: [
    {
      ...{ name: 'score', datatype: 'FP32', profiled: 'number' },
      width: () => 1,
      of: (answers, row) => answers[row] ?? Number.NaN,
    },
  ],
};

function wrongOutput({ name, type }: OutputValue): TaskFault | undefined {
  if (type.kind === 'sequence' || type.kind === 'map') return zipMap(name);
  if (type.kind === 'tensor' && /^u?int|^bool$|^string$/.test(type.element))
    return {
      what: `Its output "${name}" is ${type.element}: the predicted class, not a probability.`,
      next: 'Export the output "probabilities" of the classifier too.',
    };
  const fault = notFloat({ name, type }, wanted.words);
  if (fault || type.kind !== 'tensor') return fault;
  const width = type.shape?.[1];
  if (typeof width === 'number' && width > 2)
    return {
      what: `Its output "${name}" has ${width} columns, so it tells ${width} classes apart.`,
      next: 'Train on the labels 0 and 1, or set task: multiclass in wheelhouse.yaml.',
    };
  return undefined;
}
