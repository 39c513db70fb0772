import { describe, it } from 'vitest';
import { oneOf } from '../../sweep.ts';
import { killAtRandom } from './chaos.ts';
import { groundOn } from './ground.ts';
import { onDouble as kubernetes } from './kubernetes/place.ts';
import { onProcess } from './process/place.ts';
import { onDouble as ray } from './ray/place.ts';

const PLACES = [
  { kind: 'process', open: onProcess },
  { kind: 'kubernetes', open: kubernetes },
  { kind: 'ray', open: ray },
];

/** With workers that have files for a registry. With all roles, and for longer: test/kills. */
describe('trainings end once, whole and without leftovers, when workers are killed', () => {
  it.each(oneOf('engine that is killed', PLACES))('on $kind', ({ kind, open }) =>
    killAtRandom({ kind, open: groundOn(open), runs: 3, kills: 2 }),
  );
});
