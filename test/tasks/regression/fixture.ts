import { seededRandom } from '../../../src/evaluation/random.ts';
import { regression } from '../../../src/tasks/regression/index.ts';
import type { TaskFixture } from '../../contracts/task.ts';
import { tensor } from '../outputs.ts';

export const fixture: TaskFixture = {
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
};
