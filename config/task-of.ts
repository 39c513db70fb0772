import type { Classes, Task } from '../src/core/task.ts';
import { tasks } from '../src/tasks/index.ts';

/** The task of a model as the file has it; the first one where it says none that there is. */
export function taskOf(model: Readonly<Record<string, unknown>>): Task {
  return tasks.find(({ name }) => name === model['task']) ?? tasks[0];
}

/** The declared classes; where they are learnt, those that gates and the evaluation name, as in `recall[late]`. */
export function classesOf(model: Readonly<Record<string, unknown>>): Classes {
  const { classes } = model;
  if (Array.isArray(classes)) return classes.map(String);
  const { gates, evaluation } = model;
  const named = JSON.stringify([gates, evaluation]).matchAll(/"\w+\[([^\]"]+)\]"/g);
  return [...new Set([...named].map(([, name = '']) => name))];
}
