import { expect, it } from 'vitest';
import { environmentsOf, modelsOf } from '../../config/models.ts';
import type { KnownTarget } from '../../src/core/ports/known-targets.ts';
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

function watch(
  specs: Parameters<typeof modelsOf>[0],
  enqueue: World['jobs']['enqueue'],
  known: KnownTarget[] = [],
) {
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
  const knownTargets: Pick<World['knownTargets'], 'see' | 'list' | 'forget'> = {
    see: async (one) => void known.push(one),
    list: async () => known,
    async forget({ environment }, target) {
      known = known.filter((one) => one.environment !== environment || one.spec.name !== target);
    },
  };
  const models = modelsOf(specs);
  const task = watchTargets(
    { models, environments, jobs: { enqueue, chain: async () => {} }, bus, knownTargets },
    log,
  );
  return { bus, task, listeners, knownTargets };
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
  await task.destroy();
  expect(listeners.size).toBe(0);
});

it('survives a dead queue, and says so', async () => {
  const { bus, task } = watch([{ ...flights, targets: [edge] }], async () => {
    throw new Error('Redis is away');
  });
  await bus.publish('deployments', 'flights');
  await expect.poll(() => told).toEqual(Array(2).fill('calling for a target'));
  await task.destroy();
});

it('compares the gateway of every endpoint, and does not call for it at a switch', async () => {
  const queued: unknown[] = [];
  const { bus, task } = watch([flights], async (_, payload) => void queued.push(payload));
  await bus.publish('deployments', 'flights');
  expect(queued).toEqual([]);
  await task.look();
  const of = { model: 'flights', target: 'gateway' };
  expect(queued).toEqual([
    { ...of, environment: 'staging' },
    { ...of, environment: 'production' },
  ]);
  await task.destroy();
});

it('has those that left the configuration remove what they have, until they did', async () => {
  const queued: unknown[] = [];
  const of = { model: 'flights', environment: 'production' };
  const gone = { ...of, spec: { ...edge, name: 'old' } };
  const { task, knownTargets } = watch(
    [{ ...flights, targets: [edge] }],
    async (_, payload) => void queued.push(payload),
    [{ ...of, spec: edge }, gone],
  );
  const retired = () => queued.filter((one) => JSON.stringify(one).includes('retired'));
  for (const _ of [1, 2]) await task.look();
  const call = { ...of, target: 'old', retired: true };
  expect(retired()).toEqual([call, call]);
  await knownTargets.forget(of, 'old');
  await task.look();
  // Added by a process with a newer configuration.
  await knownTargets.see({ ...of, spec: { ...edge, name: 'new' } });
  await task.look();
  expect(retired()).toEqual([call, call]);
  // A former address, whenever it was replaced.
  await knownTargets.see({ ...of, spec: { ...edge, name: 'edge at old' }, moved: true });
  await task.look();
  expect(retired()).toEqual([call, call, { ...call, target: 'edge at old' }]);
  await task.destroy();
});
