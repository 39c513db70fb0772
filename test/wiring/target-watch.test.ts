import { expect, it } from 'vitest';
import { environmentsOf, modelsOf } from '../../config/models.ts';
import type { World } from '../../src/core/world.ts';
import { targetKindOf } from '../../src/release/targets/index.ts';
import { watchTargets } from '../../src/wiring/target-watch.ts';
import { flights } from '../training/spec.ts';

const edge = {
  name: 'edge',
  ...targetKindOf('command').schema.parse({ kind: 'command', apply: ['true'] }),
};
const environments = environmentsOf(['staging', 'production']);
const told: string[] = [];
const log = { warn: (_: unknown, words?: string) => void told.push(String(words)) };

function watch(specs: Parameters<typeof modelsOf>[0], enqueue: World['jobs']['enqueue']) {
  const listeners = new Set<(message: string) => void>();
  const bus: World['bus'] = {
    publish: async (_, message) => {
      for (const listener of listeners) listener(message);
    },
    subscribe(topic, listener) {
      expect(topic).toBe('deployments');
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const task = watchTargets({ models: modelsOf(specs), environments, jobs: { enqueue }, bus }, log);
  return { bus, task, listeners };
}

it('calls for the targets of the model that switched, where it has some', async () => {
  const queued: unknown[] = [];
  const staging = { staging: { targets: [] } };
  const { bus, task, listeners } = watch(
    [
      { ...flights, targets: [edge], environments: staging },
      { ...flights, name: 'ships', targets: [edge] },
      { ...flights, name: 'trains' },
    ],
    async ({ name }, payload) => void queued.push({ name, payload }),
  );
  for (const model of ['flights', 'trains', 'nobody']) await bus.publish('deployments', model);
  const payload = { model: 'flights', environment: 'production', target: 'edge' };
  await expect.poll(() => queued).toEqual([{ name: 'apply-target', payload }]);
  await task?.destroy();
  expect(listeners.size).toBe(0);
});

it('survives a dead queue, and says so', async () => {
  const { bus, task } = watch([{ ...flights, targets: [edge] }], async () => {
    throw new Error('Redis is away');
  });
  await bus.publish('deployments', 'flights');
  await expect.poll(() => told).toEqual(Array(2).fill('calling for a target'));
  await task?.destroy();
});

it('does nothing where there are no targets', () => {
  expect(watch([flights], async () => undefined).task).toBeUndefined();
});
