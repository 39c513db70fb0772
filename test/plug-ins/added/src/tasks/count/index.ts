import { where } from '../../core/example.ts';
import { defineTask } from '../../core/task.ts';
import { requireFinite, requirePaired } from '../../evaluation/rows.ts';
import { answer } from '../regression/answer.ts';

const expected = 'a whole number, 0 or more';

/** On the square-root scale, on which the variance of a count does not depend on its mean (Anscombe 1948). */
const errorOf = (label = 0, predicted = 0) => Math.abs(Math.sqrt(predicted) - Math.sqrt(label));

/** A count of events, e.g. orders an hour. */
export const count = defineTask({
  name: 'count',
  summary: 'how often something happens: a number, 0 or more',

  label: {
    kind: 'number',
    expected: () => expected,
    read: (value) =>
      Number.isSafeInteger(value) && Number(value) >= 0 ? Number(value) : undefined,
    judge: ({ nulls, other }, rows) => ({
      faults: [
        ...(nulls ? [`"label" is null in ${where(nulls, rows)}.`] : []),
        ...(other
          ? [`"label" is ${other.value} in ${where(other, rows)}. It must be ${expected}.`]
          : []),
      ],
      warnings: [],
    }),
  },

  answer: {
    ...answer,
    ...{ noun: 'count', expected: 'a number, 0 or more' },
    fault(answers, row, classes) {
      const value = answers[row] ?? Number.NaN;
      return value < 0 ? `${value}, below 0` : answer.fault(answers, row, classes);
    },
  },

  metrics: () => [
    {
      ...{ name: 'rootError', words: 'Error of square roots', higherIsBetter: false },
      ...{ unit: undefined, min: 0, max: undefined, margin: { share: 0.01 } },
      improvement: ([rows = 1, gained = 0]) => gained / rows,
    },
  ],

  measure({ labels, answers }) {
    const rows = requirePaired('Measuring a count', labels, answers);
    requireFinite('Measuring a count', answers);
    let sum = 0;
    for (let row = 0; row < rows; row += 1) sum += errorOf(labels[row], answers[row]);
    return { rootError: rows === 0 ? undefined : sum / rows };
  },

  components({ labels, champion, challenger }, groups) {
    const parts = new Float64Array(2 * groups.count);
    for (let row = 0; row < labels.length; row += 1) {
      const group = groups.of[row] ?? 0;
      const gained = errorOf(labels[row], champion[row]) - errorOf(labels[row], challenger[row]);
      parts[group] = (parts[group] ?? 0) + 1;
      parts[groups.count + group] = (parts[groups.count + group] ?? 0) + gained;
    }
    return { parts, width: 2 };
  },

  composition(labels) {
    const total = Array.from(labels).reduce((sum, label) => sum + label, 0);
    return { words: `${total} events in all`, figures: { total } };
  },

  defaults: { primary: ['rootError'], gates: [] },
});
