import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { FeatureSchema, ModelSpec } from '../core/model.ts';
import { type Binding, type Bound, bindModel, elementsOf } from '../onnx/bind.ts';
import type { Numeric } from '../onnx/inputs.ts';

/** One column of a request: numbers and nulls, or strings, according to the schema. */
export type Column = readonly (number | string | null)[];

/** Also as bare numbers, where NaN is none. */
export type InputColumn = Column | Float64Array;

/** The inputs and outputs of a loaded model, matched with the features. See `src/onnx/bind.ts`. */
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
  // The runtime does not report other types; in practice it is the list from skl2onnx's ZipMap.
  if (!value.isTensor) return { name, type: { kind: 'sequence' as const } };
  const shape = value.shape.map((one) => (one === '' ? undefined : one));
  return { name, type: { kind: 'tensor' as const, element: value.type, shape } };
}

/** Creates the tensors of n rows. `columns` are in the order of the features, each with n values. */
type Feed = (columns: readonly InputColumn[], rows: number) => Record<string, Tensor>;

/** How rows are passed to the model, and for each feature the type in which it takes numbers. */
export function feedOf(
  binding: Binding,
  features: FeatureSchema,
): { elements: readonly (Numeric | undefined)[]; feed: Feed } {
  const elements = elementsOf(binding, features).map((element) =>
    element === 'string' ? undefined : element,
  );
  const { inputs } = binding;
  if (inputs.kind === 'matrix') {
    const { name, element } = inputs;
    return {
      elements,
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
    elements,
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

/** Row by row, the memory layout of a tensor [rows, columns]. */
function interleaved(columns: readonly InputColumn[], rows: number): Column {
  const width = columns.length;
  const values: (number | string | null)[] = new Array(rows * width);
  for (const [at, column] of columns.entries())
    for (let row = 0; row < rows; row += 1) values[row * width + at] = column[row] ?? null;
  return values;
}

type Make = (column: InputColumn, dims: readonly number[]) => Tensor;

const strings: Make = (column, dims) =>
  new Tensor(
    'string',
    Array.isArray(column) ? column.map(String) : Array.from(column, String),
    dims,
  );

/** How a number is converted. Integers have no NaN: see `ServedModel.elements`. */
const NUMBERS: Record<Numeric, Make> = {
  float32: (column, dims) =>
    new Tensor('float32', filled(new Float32Array(column.length), column), dims),
  float64: (column, dims) =>
    new Tensor('float64', filled(new Float64Array(column.length), column), dims),
  int32: (column, dims) => new Tensor('int32', filled(new Int32Array(column.length), column), dims),
  int64: (column, dims) =>
    new Tensor(
      'int64',
      BigInt64Array.from(Array.from(column), (value) => BigInt(value ?? Number.NaN)),
      dims,
    ),
};

/** Like `from` with a function, which uses an iterator and is five times slower. */
function filled<T extends Float32Array | Float64Array | Int32Array>(
  values: T,
  column: InputColumn,
): T {
  for (let row = 0; row < values.length; row += 1) {
    const value = column[row];
    values[row] = typeof value === 'number' ? value : Number.NaN;
  }
  return values;
}
