import { describe, it } from 'vitest';
import { WHOLE } from '../sweep.ts';
import { onDouble as kubernetes } from '../training/engines/kubernetes/place.ts';
import { onProcess } from '../training/engines/process/place.ts';
import { onDouble as ray } from '../training/engines/ray/place.ts';
import { killEveryRole } from './kills.ts';

/** `npm test` kills workers only: test/training/engines/chaos.test.ts. */
describe.runIf(WHOLE)('trainings while every role is killed', () => {
  it.each([
    { kind: 'process', open: onProcess },
    { kind: 'kubernetes', open: kubernetes },
    { kind: 'ray', open: ray },
  ])(
    'end once on $kind, and leave nothing',
    (place) => killEveryRole({ ...place, runs: 50 }),
    1_200_000,
  );
});
