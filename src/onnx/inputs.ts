import type { FeatureSchema } from '../core/model.ts';
import { didYouMean } from '../core/suggest.ts';
import type { Fault } from './fault.ts';
import type { OnnxValue } from './read.ts';
import type { Dimension } from './types.ts';

/** Element types in which numbers can be given to a model. */
const NUMERIC = ['float32', 'float64', 'int32', 'int64'] as const;
export type Numeric = (typeof NUMERIC)[number];

interface ColumnInput {
  feature: string;
  element: Numeric | 'string';
  /** Whether the model wants [n] rather than [n, 1]. */
  flat: boolean;
}

/** How a model is fed: an input for each feature, in the order of the features; or all in one tensor [n, features]. */
export type Inputs =
  | { kind: 'columns'; columns: readonly ColumnInput[] }
  | { kind: 'matrix'; name: string; element: Numeric };

interface Found {
  inputs?: Inputs;
  faults: Fault[];
  warnings: string[];
}

export function bindInputs(inputs: readonly OnnxValue[], features: FeatureSchema): Found {
  const names = Object.keys(features);
  const [only] = inputs;
  const isMatrix = inputs.length === 1 && only && !names.includes(only.name);
  return isMatrix && (names.length > 1 || widthOf(only) === 1)
    ? bindMatrix(only, features)
    : bindColumns(inputs, features);
}

/** As scikit-learn's converter writes it when it is given a matrix. */
function bindMatrix(input: OnnxValue, features: FeatureSchema): Found {
  const names = Object.keys(features);
  const faults: Fault[] = [];
  const only = `one input "${input.name}" for all features`;
  const categories = names.filter((name) => features[name] === 'category');
  const perFeature = 'Export it with an input for each feature';
  if (categories.length > 0)
    faults.push({
      what: `It takes ${only}, but ${list(categories)} ${categories.length === 1 ? 'is a category' : 'are categories'}.`,
      next: `${perFeature}: initial_types=[("${categories[0]}", StringTensorType([None, 1])), …] with skl2onnx.`,
    });
  const element = elementOf(input);
  if (!isNumeric(element))
    faults.push({
      what: `It takes ${only} as ${element}.`,
      next: `Numbers can be given as ${NUMERIC.join(', ')}.`,
    });
  const width = widthOf(input);
  const rank = shapeOf(input)?.length;
  if ((rank !== undefined && rank !== 2) || (typeof width === 'number' && width !== names.length))
    faults.push({
      what: `It takes ${only} of shape ${shown(input)}, but wheelhouse.yaml declares ${names.length} ${names.length === 1 ? 'feature' : 'features'}.`,
      next: `Train on exactly these columns, in this order: ${names.join(', ')}.`,
    });
  faults.push(...fixedBatch([input]));
  if (faults.length > 0 || !isNumeric(element)) return { faults, warnings: [] };
  const warning = `The model takes ${only}. They are given in the order of wheelhouse.yaml: ${names.join(', ')}. Train on the columns in that order.`;
  return {
    inputs: { kind: 'matrix', name: input.name, element },
    faults,
    warnings: names.length > 1 ? [warning] : [],
  };
}

function bindColumns(inputs: readonly OnnxValue[], features: FeatureSchema): Found {
  const names = Object.keys(features);
  const given = new Map(inputs.map((input) => [input.name, input]));
  const unknown = inputs.map(({ name }) => name).filter((name) => !Object.hasOwn(features, name));
  const faults: Fault[] = [];
  const columns: ColumnInput[] = [];
  for (const [feature, kind] of Object.entries(features)) {
    const input = given.get(feature);
    const column = input && columnOf(input, feature);
    if (!input)
      faults.push({
        what: `It has no input for the feature "${feature}".${didYouMean(feature, unknown)}`,
        next: 'Name the inputs as wheelhouse.yaml names the features.',
      });
    else if (!column || (column.element === 'string') !== (kind === 'category'))
      faults.push(wrongElement(input, kind));
    else columns.push(column);
  }
  for (const name of unknown)
    faults.push({
      what: `Its input "${name}" is not a feature in wheelhouse.yaml.${didYouMean(name, names)}`,
      next: 'Name the inputs as wheelhouse.yaml names the features.',
    });
  const known = inputs.filter(({ name }) => !unknown.includes(name));
  for (const input of known) {
    const shape = shapeOf(input) ?? [];
    const [, second] = shape;
    if (shape.length <= 2 && (typeof second !== 'number' || second === 1)) continue;
    faults.push({
      what: `Its input "${input.name}" has the shape ${shown(input)}.`,
      next: 'One value a row is given: shape [None, 1].',
    });
  }
  faults.push(...fixedBatch(known));
  return { inputs: { kind: 'columns', columns }, faults, warnings: [] };
}

function columnOf(input: OnnxValue, feature: string): ColumnInput | undefined {
  const element = elementOf(input);
  if (element !== 'string' && !isNumeric(element)) return undefined;
  return { feature, element, flat: shapeOf(input)?.length === 1 };
}

function wrongElement(input: OnnxValue, kind: 'number' | 'category'): Fault {
  const takes = `Its input "${input.name}" takes ${elementOf(input)}`;
  if (kind === 'category')
    return {
      what: `${takes}, but the feature is a category, which is text.`,
      next: 'Encode it inside the model (a OneHotEncoder in the pipeline, StringTensorType as its input), or declare the feature as a number.',
    };
  return {
    what: `${takes}, but the feature is a number.`,
    next: `Numbers can be given as ${NUMERIC.join(', ')}; declare text as a category.`,
  };
}

/** A model of a fixed number of rows answers no other number of them. */
function fixedBatch(inputs: readonly OnnxValue[]): Fault[] {
  const fixed = inputs.filter((input) => typeof shapeOf(input)?.[0] === 'number');
  if (fixed.length === 0) return [];
  const rows = shapeOf(fixed[0])?.[0];
  return [
    {
      what: `It takes exactly ${rows} ${rows === 1 ? 'row' : 'rows'} at a time: the first dimension of ${list(fixed.map(({ name }) => name))} is fixed.`,
      next: 'Leave it open: FloatTensorType([None, 1]) with skl2onnx, dynamic_axes or dynamic_shapes with torch.onnx.export.',
    },
  ];
}

function isNumeric(element: string): element is Numeric {
  const known: readonly string[] = NUMERIC;
  return known.includes(element);
}

function elementOf({ type }: OnnxValue): string {
  return type.kind === 'tensor' ? type.element : `a ${type.kind}`;
}

function shapeOf(value: OnnxValue | undefined): Dimension[] | undefined {
  return value?.type.kind === 'tensor' ? value.type.shape : undefined;
}

function widthOf(value: OnnxValue): Dimension {
  return shapeOf(value)?.[1];
}

function shown(value: OnnxValue): string {
  return `[${(shapeOf(value) ?? []).map((one) => one ?? '?').join(', ')}]`;
}

const MOST_LISTED = 5;

function list(names: readonly string[]): string {
  const first = names.slice(0, MOST_LISTED).map((name) => `"${name}"`);
  const more = names.length - first.length;
  return more > 0 ? `${first.join(', ')} and ${more} more` : first.join(', ');
}
