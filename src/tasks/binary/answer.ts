import type { OutputValue, TaskFault } from '../../core/model-outputs.ts';
import { isScore } from '../../core/score.ts';
import type { AnswerSpec } from '../../core/task.ts';
import { chooseOutput, columnsOf, notProbability } from '../../onnx/outputs.ts';

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

function wrongOutput(output: OutputValue): TaskFault | undefined {
  const fault = notProbability(output, wanted.words);
  const width = columnsOf(output) ?? 1;
  if (fault || width <= 2) return fault;
  return {
    what: `Its output "${output.name}" has ${width} columns, so it tells ${width} classes apart.`,
    next: 'Train on the labels 0 and 1, or set task: multiclass in wheelhouse.yaml.',
  };
}
