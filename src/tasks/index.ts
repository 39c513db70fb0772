import { FIRST_TASK } from '../core/as-trained.ts';
import type { Task } from '../core/task.ts';
import { binary } from './binary/index.ts';
import { multiclass } from './multiclass/index.ts';
import { regression } from './regression/index.ts';

/** All tasks. The first one is the default. */
export const tasks: readonly [Task, ...Task[]] = [binary, regression, multiclass];

/** Throws for an unknown name: names come from the validated configuration. */
export function taskNamed(name: string): Task {
  const task = tasks.find((one) => one.name === name);
  if (task) return task;
  throw new Error(
    `there is no task "${name}"; there are ${tasks.map((one) => one.name).join(', ')}`,
  );
}

export const taskOfVersion = ({ task = FIRST_TASK }: { task?: string | undefined }): Task =>
  taskNamed(task);
