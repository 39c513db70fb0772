import { describe, it } from 'vitest';
import { killAtRandom } from '../training/engines/chaos.ts';
import { onProcess } from '../training/engines/process/ground.ts';
import { KUBECONFIG, onReal } from './control-plane.ts';
import { onHead, startRay, whereRayIs } from './ray-head.ts';

const EXTENT = { runs: 50, kills: 20 };
const MOST_MS = 900_000;
const python = await whereRayIs();

describe('50 trainings end once, wherever workers and what supervises them are killed', () => {
  it('on process', () => killAtRandom({ kind: 'process', open: onProcess, ...EXTENT }), MOST_MS);

  it.skipIf(KUBECONFIG === undefined)(
    'on kubernetes, with a real control plane',
    () => killAtRandom({ kind: 'kubernetes', open: onReal, ...EXTENT }),
    MOST_MS,
  );

  it.skipIf(python === undefined)(
    'on ray, with a real head',
    async () => {
      const head = await startRay(python ?? '');
      try {
        await killAtRandom({ kind: 'ray', open: (_, objects) => onHead(head, objects), ...EXTENT });
      } finally {
        await head.stop();
      }
    },
    MOST_MS,
  );
});
