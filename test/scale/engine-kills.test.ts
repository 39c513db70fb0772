import { describe, it } from 'vitest';
import { killEveryRole } from '../kills/kills.ts';
import { KUBECONFIG, onReal } from './control-plane.ts';
import { onHead, startRay, whereRayIs } from './ray-head.ts';

const RUNS = 50;
const MOST_MS = 1_200_000;
const python = await whereRayIs();

describe('50 trainings end once while every role is killed', () => {
  it.skipIf(KUBECONFIG === undefined)(
    'on kubernetes, with a real control plane',
    () => killEveryRole({ kind: 'kubernetes', open: onReal, runs: RUNS }),
    MOST_MS,
  );

  it.skipIf(python === undefined)(
    'on ray, with a real head',
    async () => {
      const head = await startRay(python ?? '');
      try {
        await killEveryRole({ kind: 'ray', open: async () => onHead(head), runs: RUNS });
      } finally {
        await head.stop();
      }
    },
    MOST_MS,
  );
});
