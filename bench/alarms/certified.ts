import { smallestShift } from '../../src/monitoring/sequential/detector.ts';
import { createRandom } from './random.ts';
import { detectors, type Length, REFERENCES } from './simulate.ts';
import { createWorld, SCENES } from './world.ts';

/** The smallest shift of a numeric column that each length of reference can certify, in standard deviations. */
export interface Certified {
  scene: string;
  length: Length;
  rows: number;
  /** The median over columns, by length of the reference; undefined: still learning. */
  shifts: (number | undefined)[];
}

export function certified(
  scene: keyof typeof SCENES,
  length: Length,
  rows: number,
  seed: number,
): Certified {
  const { hours } = length;
  const next = createWorld(SCENES[scene], hours, rows, createRandom(seed));
  const reference = Array.from({ length: Math.max(...REFERENCES) }, () => next());
  const shifts = detectors(reference, hours).map(({ known }) => {
    const all = known
      .filter(({ gauge }) => gauge.name === 'location')
      .map((one) => smallestShift(one, rows))
      .toSorted((a, b) => a - b);
    return all[Math.floor(all.length / 2)];
  });
  return { scene, length, rows, shifts };
}
