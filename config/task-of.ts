import type { Task } from '../src/core/task.ts';
import { tasks } from '../src/tasks/index.ts';

/** The task of a model as the file has it; the first one where it says none that there is. */
export function taskOf(model: Readonly<Record<string, unknown>>): Task {
  return tasks.find(({ name }) => name === model['task']) ?? tasks[0];
}
