import { seededRandom } from '../../../src/evaluation/random.ts';
import { count } from '../../../src/tasks/count/index.ts';
import type { TaskFixture } from '../../contracts/task.ts';
import { tensor } from '../outputs.ts';

export const fixture: TaskFixture = {
  task: count,
  classes: [],
  labels(rows) {
    const random = seededRandom(7);
    return Float64Array.from({ length: rows }, () => Math.floor(12 * random()));
  },
  answers(labels, skill) {
    const random = seededRandom(8);
    return Float64Array.from(labels, (label) => label + (1 - skill) * 12 * random());
  },
  values: { good: [0, 7], bad: [-1, 0.5, '1', Number.NaN] },
  outputs: [tensor('value', 'float32', undefined, 1)],
  misfits: [[tensor('value', 'int64', undefined, 1)]],
};
