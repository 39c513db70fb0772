import type { OutputValue, TaskFault } from '../../core/model-outputs.ts';
import { isScore } from '../../core/score.ts';
import type { AnswerSpec, Answers, Classes } from '../../core/task.ts';
import { chooseOutput, columnsOf, notProbability } from '../../onnx/outputs.ts';
import { predicted } from './metrics.ts';

const wanted = { words: 'a probability for each class', known: ['probabilities'] };

/** Float32 probabilities of many classes add up to 1 within about this tolerance. */
const TOLERANCE = 1e-3;

export const answer: AnswerSpec = {
  noun: 'probabilities',
  expected: 'probabilities that add up to 1',
  width: (classes) => classes.length,

  /**
   * `probabilities` (the name used by scikit-learn's converter), or the only one; and the output that names the
   * class, to check it.
   */
  bind(outputs, classes) {
    const { output, faults } = chooseOutput(outputs, wanted);
    const fault = output && wrongOutput(output, classes);
    if (!output || fault) return { faults: fault ? [fault] : faults };
    const named = outputs.find(
      ({ name, type }) =>
        /^(output_)?label$/.test(name) &&
        type.kind === 'tensor' &&
        ['string', 'int64'].includes(type.element),
    );
    return { outputs: { answer: output.name, label: named?.name }, faults };
  },

  read: (data, rows, classes) => (data.length === rows * classes.length ? data : undefined),

  fault(answers, row, classes) {
    let sum = 0;
    for (let at = 0; at < classes.length; at += 1) {
      const one = answers[row * classes.length + at] ?? Number.NaN;
      if (!isScore(one))
        return `${one} for ${JSON.stringify(classes[at])}, ${Number.isFinite(one) ? 'outside of 0 to 1' : 'not a finite number'}`;
      sum += one;
    }
    return Math.abs(sum - 1) <= TOLERANCE ? undefined : `of probabilities that add up to ${sum}`;
  },

  contradiction(answers, named, classes) {
    for (let row = 0; row < named.length; row += 1) {
      const best = predicted(answers, row, classes.length);
      const label = String(named[row]);
      // Some exporters give the index of the class instead of its name.
      const at = classes.includes(label) ? classes.indexOf(label) : Number(label);
      const [top = 0, own = Number.NaN] = [best, at].map(
        (column) => answers[row * classes.length + column],
      );
      if (top - own <= TOLERANCE) continue; // a tie says nothing about the order
      return `it names the class ${JSON.stringify(label)} where the column of ${JSON.stringify(classes[best])} is the highest: its columns are not in the order of the classes (${classes.join(', ')}). Declare "classes" in the order of the columns, or write the columns in this order.`;
    }
    return undefined;
  },

  fields: [
    {
      ...{ name: 'class', datatype: 'BYTES', profiled: 'category' },
      width: () => 1,
      // Of probabilities that are no numbers no class is the most probable one; like them it becomes null.
      of: (answers, row, classes) =>
        hasNaN(answers, row, classes.length)
          ? Number.NaN
          : (classes[predicted(answers, row, classes.length)] ?? ''),
    },
    {
      ...{ name: 'probabilities', datatype: 'FP32' },
      width: (classes) => classes.length,
      of: (answers, row, classes) =>
        classes.map((_, at) => answers[row * classes.length + at] ?? Number.NaN),
    },
  ],
};

function hasNaN(answers: Answers, row: number, width: number): boolean {
  for (let at = row * width; at < (row + 1) * width; at += 1)
    if (Number.isNaN(answers[at] ?? Number.NaN)) return true;
  return false;
}

function wrongOutput(output: OutputValue, classes: Classes): TaskFault | undefined {
  const fault = notProbability(output, wanted.words);
  const width = columnsOf(output) ?? classes.length;
  if (fault || width === classes.length) return fault;
  return {
    what: `Its output "${output.name}" has ${width} columns, and there are ${classes.length} classes: ${classes.join(', ')}.`,
    next: 'Give one column for each class, in this order.',
  };
}
