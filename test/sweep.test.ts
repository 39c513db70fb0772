import { expect, it } from 'vitest';
import { tasks } from '../src/tasks/index.ts';
import { STORY_TASKS, shardIn } from './sweep.ts';

it('every task has its story', () => {
  expect([...STORY_TASKS].toSorted()).toEqual(tasks.map(({ name }) => name).toSorted());
});

it('a shard of a sweep is one of those that there are', () => {
  expect(shardIn('2/6')).toEqual({ shard: 2, of: 6 });
  for (const text of ['0/6', '7/6', '2', 'two of six', ''])
    expect(() => shardIn(text)).toThrow('write 2/6 for the second of six');
});
