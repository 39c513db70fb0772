import { expect, it } from 'vitest';
import { tasks } from '../../src/tasks/index.ts';
import { taskContract } from '../contracts/task.ts';
import { fixtures } from './fixtures.ts';

it('the contract is put to every task', () => {
  expect(fixtures.map(({ task }) => task)).toEqual(tasks);
});

for (const fixture of fixtures) taskContract(fixture);
