import type { OutputValue, TaskFault } from '../../core/model-outputs.ts';
import type { AnswerSpec } from '../../core/task.ts';
import { chooseOutput, columnsOf, notFloat } from '../../onnx/outputs.ts';

const wanted = { words: 'the predicted value', known: ['value', 'variable'] };

export const answer: AnswerSpec = {
  noun: 'value',
  expected: 'a finite number',
  width: () => 1,

  /** `value`, or `variable` (the name used by scikit-learn's converter), or the only one. */
  bind(outputs) {
    const { output, faults } = chooseOutput(outputs, wanted);
    const fault = output && (notFloat(output, wanted.words) ?? tooWide(output));
    if (!output || fault) return { faults: fault ? [fault] : faults };
    return { outputs: { answer: output.name }, faults };
  },

  read: (data, rows) => (data.length === rows ? data : undefined),

  fault(answers, row) {
    const value = answers[row] ?? Number.NaN;
    return Number.isFinite(value) ? undefined : `${value}, not a finite number`;
  },

  fields: [
    {
      ...{ name: 'value', datatype: 'FP32', profiled: 'number' },
      width: () => 1,
      of: (answers, row) => answers[row] ?? Number.NaN,
    },
  ],
};

function tooWide(output: OutputValue): TaskFault | undefined {
  const width = columnsOf(output) ?? 1;
  if (width === 1) return undefined;
  return {
    what: `Its output "${output.name}" has ${width} columns.`,
    next: 'A regression model answers one number a row: train it on one target.',
  };
}
