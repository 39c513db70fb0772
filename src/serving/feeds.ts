import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { FeatureSchema, ModelSpec } from '../core/model.ts';
import { type Binding, type Bound, bindModel, wholeFeatures } from '../onnx/bind.ts';
import type { Numeric } from '../onnx/inputs.ts';

/** One column of a request: numbers and nulls, or strings, as the schema says. */
export type Column = readonly (number | string | null)[];

/** What a loaded model takes and gives, joined to the features. See `src/onnx/bind.ts`. */
export function bindSession(
  session: InferenceSession,
  declared: Pick<ModelSpec, 'features' | 'task' | 'classes'>,
): Bound {
  return bindModel(
    {
      inputs: session.inputMetadata.map(described),
      outputs: session.outputMetadata.map(described),
    },
    declared,
  );
}

function described(value: InferenceSession.ValueMetadata) {
  const { name } = value;
  // The runtime does not say what else it is; in practice it is the list of skl2onnx's ZipMap.
  if (!value.isTensor) return { name, type: { kind: 'sequence' as const } };
  const shape = value.shape.map((one) => (one === '' ? undefined : one));
  return { name, type: { kind: 'tensor' as const, element: value.type, shape } };
}

/** Makes the tensors of n rows. `columns` are in the order of the features, each n long. */
type Feed = (columns: readonly Column[], rows: number) => Record<string, Tensor>;

/** How rows are given to the model, and for each feature whether it takes only whole numbers. */
export function feedOf(
  binding: Binding,
  features: FeatureSchema,
): { whole: readonly boolean[]; feed: Feed } {
  const wholes = wholeFeatures(binding, features);
  const whole = Object.keys(features).map((name) => wholes.includes(name));
  const { inputs } = binding;
  if (inputs.kind === 'matrix') {
    const { name, element } = inputs;
    return {
      whole,
      feed: (columns, rows) => ({
        [name]: NUMBERS[element](interleaved(columns, rows), [rows, columns.length]),
      }),
    };
  }
  const makers = inputs.columns.map(({ feature, element, flat }) => ({
    feature,
    flat,
    make: element === 'string' ? strings : NUMBERS[element],
  }));
  return {
    whole,
    feed(columns, rows) {
      const shape = [rows, 1];
      const flatShape = [rows];
      const feeds: Record<string, Tensor> = {};
      for (let index = 0; index < makers.length; index += 1) {
        const maker = makers[index];
        const column = columns[index];
        if (maker && column)
          feeds[maker.feature] = maker.make(column, maker.flat ? flatShape : shape);
      }
      return feeds;
    },
  };
}

/** Row after row, as a tensor [rows, columns] lies in memory. */
function interleaved(columns: readonly Column[], rows: number): Column {
  const width = columns.length;
  const values: (number | string | null)[] = new Array(rows * width);
  for (const [at, column] of columns.entries())
    for (let row = 0; row < rows; row += 1) values[row * width + at] = column[row] ?? null;
  return values;
}

type Make = (column: Column, dims: readonly number[]) => Tensor;

const strings: Make = (column, dims) => new Tensor('string', column.map(String), dims);

/** What a number may become. Integers have no NaN: see `ServedModel.whole`. */
const NUMBERS: Record<Numeric, Make> = {
  float32: (column, dims) =>
    new Tensor('float32', filled(new Float32Array(column.length), column), dims),
  float64: (column, dims) =>
    new Tensor('float64', filled(new Float64Array(column.length), column), dims),
  int32: (column, dims) => new Tensor('int32', filled(new Int32Array(column.length), column), dims),
  int64: (column, dims) =>
    new Tensor(
      'int64',
      BigInt64Array.from(column, (value) => BigInt(value ?? Number.NaN)),
      dims,
    ),
};

/** As `from` with a function would, which asks the column for an iterator and costs five times as much. */
function filled<T extends Float32Array | Float64Array | Int32Array>(values: T, column: Column): T {
  for (let row = 0; row < values.length; row += 1) {
    const value = column[row];
    values[row] = typeof value === 'number' ? value : Number.NaN;
  }
  return values;
}
