import type { Classes, Task } from '../src/core/task.ts';
import { tasks } from '../src/tasks/index.ts';

/** The task of a model in the file; the first task if none or an unknown one is given. */
export function taskOf(model: Readonly<Record<string, unknown>>): Task {
  return tasks.find(({ name }) => name === model['task']) ?? tasks[0];
}

/** The declared classes; if they are learned, those named in gates and the evaluation, as in `recall[late]`. */
export function classesOf(model: Readonly<Record<string, unknown>>): Classes {
  const { classes } = model;
  if (Array.isArray(classes)) return classes.map(String);
  const { gates, evaluation, environments } = model;
  const named = JSON.stringify([gates, evaluation, environments]).matchAll(/"\w+\[([^\]"]+)\]"/g);
  return [...new Set([...named].map(([, name = '']) => name))];
}
