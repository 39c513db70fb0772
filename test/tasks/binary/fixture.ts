import { seededRandom } from '../../../src/evaluation/random.ts';
import { binary } from '../../../src/tasks/binary/index.ts';
import type { TaskFixture } from '../../contracts/task.ts';
import { tensor, zipMap } from '../outputs.ts';

export const fixture: TaskFixture = {
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
  outputs: [tensor('label', 'int64', undefined), tensor('probabilities', 'float32', undefined, 2)],
  misfits: [
    [zipMap],
    [tensor('label', 'int64', undefined)],
    [tensor('probabilities', 'float32', undefined, 3)],
    [tensor('a', 'float32', undefined, 1), tensor('b', 'float32', undefined, 1)],
  ],
};
