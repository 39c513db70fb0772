import type { FeatureSchema, ModelSpec } from '../core/model.ts';
import type { BoundOutputs } from '../core/task.ts';
import type { Fault } from './fault.ts';
import { bindInputs, type Inputs } from './inputs.ts';
import type { OnnxModel } from './read.ts';

/** How rows reach a model, and which outputs are its answer. */
export interface Binding {
  inputs: Inputs;
  outputs: BoundOutputs;
}

export interface Bound {
  /** Undefined where there is a fault. */
  binding?: Binding;
  /** All of them at once. */
  faults: readonly Fault[];
  /** It can be used; somebody should read this all the same. */
  warnings: readonly string[];
}

/**
 * Joins the inputs and outputs of a model to the declared features, by name: the order of the inputs
 * does not matter. Which outputs are read is the task's word. A single tensor of all features is taken too, in the order of the declaration.
 */
export function bindModel(
  { inputs, outputs }: Pick<OnnxModel, 'inputs' | 'outputs'>,
  { features, task, classes = [] }: Pick<ModelSpec, 'features' | 'task' | 'classes'>,
): Bound {
  const fed = bindInputs(inputs, features);
  const read = task.answer.bind(outputs, classes);
  const faults = [...fed.faults, ...read.faults];
  const { warnings } = fed;
  return faults.length === 0 && fed.inputs && read.outputs
    ? { binding: { inputs: fed.inputs, outputs: read.outputs }, faults, warnings }
    : { faults, warnings };
}

/** The features, in the order of the schema, that the model takes as whole numbers only, and so without nulls. */
export function wholeFeatures({ inputs }: Binding, features: FeatureSchema): string[] {
  const isWhole = (element: string) => element.startsWith('int');
  if (inputs.kind === 'matrix') return isWhole(inputs.element) ? Object.keys(features) : [];
  return inputs.columns.flatMap(({ feature, element }) => (isWhole(element) ? [feature] : []));
}
