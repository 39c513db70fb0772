import { describe, it } from 'vitest';
import { oneOf, WHOLE } from '../../sweep.ts';
import { killAtRandom } from './chaos.ts';
import { onDouble as kubernetes } from './kubernetes/ground.ts';
import { onProcess } from './process/ground.ts';
import { onDouble as ray } from './ray/ground.ts';

const GROUNDS = [
  { kind: 'process', open: onProcess },
  { kind: 'kubernetes', open: kubernetes },
  { kind: 'ray', open: ray },
];
const EXTENT = WHOLE ? { runs: 50, kills: 20 } : { runs: 3, kills: 2 };

describe('trainings end once, whole and without leftovers, whatever is killed', () => {
  it.each(oneOf('engine that is killed', GROUNDS))(
    'on $kind',
    (ground) => killAtRandom({ ...ground, ...EXTENT }),
    WHOLE ? 900_000 : undefined,
  );
});
