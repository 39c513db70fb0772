import { seededRandom } from '../../../src/evaluation/random.ts';
import { multiclass } from '../../../src/tasks/multiclass/index.ts';
import type { TaskFixture } from '../../contracts/task.ts';
import { tensor, zipMap } from '../outputs.ts';

export const fixture: TaskFixture = {
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
        const weights = [0, 1, 2].map((at) => (at === label ? skill : 0) + random() * (1 - skill));
        const sum = weights.reduce((all, one) => all + one, 0);
        return weights.map((weight) => weight / sum);
      }),
    );
  },
  values: { good: ['early', 'late', '2', 2], bad: ['on time', 3, '', 0, Number.NaN] },
  outputs: [tensor('label', 'string', undefined), tensor('probabilities', 'float32', undefined, 3)],
  misfits: [
    [zipMap],
    [tensor('label', 'string', undefined)],
    [tensor('probabilities', 'float32', undefined, 2)],
    [tensor('probabilities', 'int64', undefined, 3)],
  ],
};
