import { it } from 'vitest';
import { killAtRandom } from './chaos.ts';

it('trainings end once, whole and without leftovers, wherever workers and supervisors are killed', () =>
  killAtRandom({ runs: 3, kills: 2 }));
