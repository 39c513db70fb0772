import { describe } from 'vitest';
import { targetContract } from '../../../contracts/target.ts';
import { objectsInMemory } from './front.ts';
import { kserveFixture, kserveSuite } from './suite.ts';

const inMemory = async () => ({
  handle: objectsInMemory(() => new Date()).handle,
  namespace: 'models',
  close: async () => undefined,
});

targetContract('kserve', kserveFixture('standard', inMemory));
describe('with Knative', () => targetContract('kserve', kserveFixture('knative', inMemory)));

kserveSuite('in memory', 'standard', inMemory);
kserveSuite('in memory', 'knative', inMemory);
