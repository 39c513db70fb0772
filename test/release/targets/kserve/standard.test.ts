import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import type { Cluster } from '../../../../src/core/ports/cluster.ts';
import { InferenceService } from '../../../../src/release/targets/kserve/objects.ts';
import { annotationsOf } from '../../../../src/release/targets/kserve/served.ts';
import { showStandard } from '../../../../src/release/targets/kserve/standard.ts';

const deploymentOf = (version: number) => ({
  metadata: { generation: 1, annotations: annotationsOf({ version, artifact: 'a'.repeat(64) }) },
  status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
});

/** A cluster that splits by the route of the Gateway API, as KServe writes it. */
function clusterAt(weight: number): Cluster {
  const objects = [
    ['/deployments/flights-predictor', deploymentOf(1)],
    ['/deployments/flights-v2-predictor', deploymentOf(2)],
    [
      '/httproutes/flights',
      {
        spec: {
          rules: [
            {
              backendRefs: [
                { name: 'flights-predictor', weight: 100 - weight },
                { name: 'flights-v2-predictor', weight },
              ],
            },
          ],
        },
        status: { parents: [{ conditions: [{ type: 'Accepted', status: 'True' }] }] },
      },
    ],
  ] as const;
  const none = () => {
    throw new Error('only objects are read');
  };
  return {
    ...{ namespace: 'ml', call: none, open: none },
    async get<T>(path: string, _doing: string, shape: z.ZodType<T>) {
      const found = objects.find(([end]) => path.endsWith(end));
      return found && shape.parse(found[1]);
    },
  };
}

describe('release/targets/kserve/standard', () => {
  it('reads each whole percent as itself, so that a rollout sees its step', async () => {
    const found = InferenceService.parse({
      metadata: { uid: 'u', resourceVersion: '1' },
      spec: { predictor: {} },
      status: { canaryStatuses: [{ name: 'v2', ready: true }] },
    });
    for (let weight = 1; weight < 100; weight += 1) {
      const { state } = await showStandard('flights', found, clusterAt(weight), 'Observing');
      expect(state.challenger).toEqual({ version: 2, weight });
    }
  });
});
