import { expect, it } from 'vitest';
import { tasks } from '../src/tasks/index.ts';
import { STORY_TASKS } from './sweep.ts';

it('every task has its story', () => {
  expect([...STORY_TASKS].toSorted()).toEqual(tasks.map(({ name }) => name).toSorted());
});
