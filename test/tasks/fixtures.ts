import type { OutputValue } from '../../src/core/task.ts';
import { seededRandom } from '../../src/evaluation/random.ts';
import { binary } from '../../src/tasks/binary/index.ts';
import { multiclass } from '../../src/tasks/multiclass/index.ts';
import { regression } from '../../src/tasks/regression/index.ts';
import type { TaskFixture } from '../contracts/task.ts';

const tensor = (name: string, element: string, ...shape: (number | undefined)[]): OutputValue => ({
  name,
  type: { kind: 'tensor', element, shape },
});

const zipMap: OutputValue = { name: 'output_probability', type: { kind: 'sequence' } };

/** One of each task: a test compares them with the list. */
export const fixtures: readonly TaskFixture[] = [
  {
    task: binary,
    classes: [],
    labels(rows) {
      const random = seededRandom(7);
      return Float64Array.from({ length: rows }, () => (random() < 0.3 ? 1 : 0));
    },
    answers(labels, skill) {
      const random = seededRandom(8);
      return Float64Array.from(labels, (label) => label * skill + random() * (1 - skill));
    },
    values: { good: [0, 1], bad: [2, 0.5, 'yes', '1', true, Number.NaN] },
    outputs: [
      tensor('label', 'int64', undefined),
      tensor('probabilities', 'float32', undefined, 2),
    ],
    misfits: [
      [zipMap],
      [tensor('label', 'int64', undefined)],
      [tensor('probabilities', 'float32', undefined, 3)],
      [tensor('a', 'float32', undefined, 1), tensor('b', 'float32', undefined, 1)],
    ],
  },
  {
    task: regression,
    classes: [],
    labels(rows) {
      const random = seededRandom(7);
      return Float64Array.from({ length: rows }, () => 20 + 60 * random());
    },
    answers(labels, skill) {
      const random = seededRandom(8);
      return Float64Array.from(labels, (label) => label + (1 - skill) * 40 * (random() - 0.5));
    },
    values: { good: [0, -3.5, 1e9], bad: ['1', true, Number.NaN, Number.POSITIVE_INFINITY] },
    outputs: [tensor('variable', 'float32', undefined, 1)],
    misfits: [
      [tensor('variable', 'int64', undefined, 1)],
      [tensor('variable', 'float32', undefined, 2)],
      [tensor('a', 'float32', undefined, 1), tensor('b', 'float32', undefined, 1)],
    ],
  },
  {
    task: multiclass,
    classes: ['early', 'late', '2'],
    labels(rows) {
      const random = seededRandom(7);
      return Float64Array.from({ length: rows }, () => Math.floor(3 * random()));
    },
    answers(labels, skill) {
      const random = seededRandom(8);
      return Float64Array.from(
        Array.from(labels).flatMap((label) => {
          const weights = [0, 1, 2].map(
            (at) => (at === label ? skill : 0) + random() * (1 - skill),
          );
          const sum = weights.reduce((all, one) => all + one, 0);
          return weights.map((weight) => weight / sum);
        }),
      );
    },
    values: { good: ['early', 'late', '2', 2], bad: ['on time', 3, '', 0, Number.NaN] },
    outputs: [
      tensor('label', 'string', undefined),
      tensor('probabilities', 'float32', undefined, 3),
    ],
    misfits: [
      [zipMap],
      [tensor('label', 'string', undefined)],
      [tensor('probabilities', 'float32', undefined, 2)],
      [tensor('probabilities', 'int64', undefined, 3)],
    ],
  },
];
