import type { Task } from '../core/task.ts';
import { binary } from './binary/index.ts';
import { multiclass } from './multiclass/index.ts';
import { regression } from './regression/index.ts';

/** Every task there is. The first is what a model is unless its configuration says otherwise. */
export const tasks: readonly [Task, ...Task[]] = [binary, regression, multiclass];

/** Throws where there is none: names come from the configuration, which was checked. */
export function taskNamed(name: string): Task {
  const task = tasks.find((one) => one.name === name);
  if (task) return task;
  throw new Error(
    `there is no task "${name}"; there are ${tasks.map((one) => one.name).join(', ')}`,
  );
}
