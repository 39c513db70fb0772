import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineContract } from '../contracts/engine.ts';
import { groundOn } from '../training/engines/ground.ts';
import { onHead, startRay, whereRayIs } from './ray-head.ts';

const python = await whereRayIs();

if (python === undefined) it.skip('engine ray on a real head: Python or Ray is missing');
else
  describe('on a real head', () => {
    let head: Awaited<ReturnType<typeof startRay>>;
    beforeAll(async () => {
      head = await startRay(python);
    }, 800_000);
    afterAll(() => head?.stop());

    it('is the Ray that was meant', async () => {
      const answer = await fetch(`${head.url}/api/version`);
      expect(await answer.json()).toMatchObject({ ray_version: '2.60.0' });
    });

    engineContract('ray', { open: groundOn(async () => onHead(head)) });
  });
