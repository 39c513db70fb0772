import { it } from 'vitest';
import { killAtRandom } from '../training/engines/process/chaos.ts';

it(
  '50 trainings on the engine process end once, wherever workers and supervisors are killed',
  () => killAtRandom({ runs: 50, kills: 20 }),
  600_000,
);
