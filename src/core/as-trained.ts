import { Refused } from './errors.ts';
import type { ModelSpec } from './model.ts';
import type { Version } from './ports/versions.ts';

/** The task of versions from before there were several tasks. */
export const FIRST_TASK = 'binary';

/**
 * The model as a version knows it: with the classes that were frozen with the version.
 * @throws Refused if the model has a different task now
 */
export function asTrained(
  spec: ModelSpec,
  { model, number, task = FIRST_TASK, classes }: Version,
): ModelSpec {
  if (task !== spec.task.name)
    throw new Refused(
      `${model} v${number} was trained with task: ${task}, and wheelhouse.yaml now says ${spec.task.name}.`,
      { next: `/train ${model} makes a version for it.` },
    );
  return classes ? { ...spec, classes } : spec;
}
