import type { FeatureSchema, ModelSpec } from '../core/model.ts';
import type { BoundOutputs } from '../core/model-outputs.ts';
import type { Fault } from './fault.ts';
import { bindInputs, type Inputs, type Numeric } from './inputs.ts';
import type { OnnxModel } from './read.ts';

/** How rows are passed to a model, and which outputs are its answer. */
export interface Binding {
  inputs: Inputs;
  outputs: BoundOutputs;
}

export interface Bound {
  /** Undefined if there is an error. */
  binding?: Binding;
  /** All errors at once. */
  faults: readonly Fault[];
  /** It can be used, but someone should read this. */
  warnings: readonly string[];
}

/**
 * Matches the inputs and outputs of a model with the declared features, by name: the order of the inputs does
 * not matter. The task decides which outputs are read. A single tensor of all features is accepted too, in the
 * order of the declaration.
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

/** How the model takes each feature, in the order of the schema. */
export function elementsOf({ inputs }: Binding, features: FeatureSchema): (Numeric | 'string')[] {
  return inputs.kind === 'matrix'
    ? Object.keys(features).map(() => inputs.element)
    : inputs.columns.map(({ element }) => element);
}

/** The features that the model accepts only as integers, and so without nulls. */
export function wholeFeatures(binding: Binding, features: FeatureSchema): string[] {
  const elements = elementsOf(binding, features);
  return Object.keys(features).filter((_, at) => elements[at]?.startsWith('int'));
}
