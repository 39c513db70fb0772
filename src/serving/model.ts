import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Unreachable } from '../core/errors.ts';
import type { FeatureSchema } from '../core/model.ts';

/** One column of a request: numbers and nulls, or strings, as the schema says. */
export type Column = readonly (number | string | null)[];

/** An ONNX model bound to a feature schema: one input per feature, of its name. */
export interface ServedModel {
  /** For each feature, whether the model takes only whole numbers, and so no null. */
  whole: readonly boolean[];
  /** Scores of n rows. `columns` are in the order of the schema, each n long. A null number is NaN to the model. */
  score(columns: readonly Column[], rows: number): Promise<ArrayLike<number>>;
  /** Frees it once no row is being scored any more. */
  release(): void;
}

/** Told what onnxruntime is at, since a call of it may never come back. Each gives what to call afterwards. */
export interface Watch {
  /** A session is made of so many bytes. */
  loading(bytes: number): () => void;
  running(): () => void;
}

const UNWATCHED: Watch = { loading: () => () => {}, running: () => () => {} };

/** The file of a model: the very bytes whose hash was checked, and what to call it in an error. */
export interface ModelFile {
  bytes: Uint8Array;
  name: string;
}

interface Input {
  name: string;
  tensor(column: Column, dims: readonly number[]): Tensor;
  /** Whether the model wants [n] rather than [n, 1]. */
  flat: boolean;
  whole: boolean;
}

/**
 * Loads and warms a model. The score is the output named `score`, else the last column of
 * `probabilities` (as scikit-learn's converter names it), else the only output.
 * Throws Unreachable where the file is no ONNX model or does not fit the schema.
 */
export async function loadModel(
  { bytes, name: path }: ModelFile,
  features: FeatureSchema,
  watch: Watch = UNWATCHED,
): Promise<ServedModel> {
  const loaded = watch.loading(bytes.byteLength);
  // A second thread gains nothing on one row and takes a core from the requests.
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  })
    .catch((cause: unknown) => {
      throw unfit(path, 'onnxruntime cannot load it', cause);
    })
    .finally(loaded);
  const inputs = bindInputs(session, features, path);
  const output = scoreOutput(session, path);

  let running = 0;
  let released = false;
  const model: ServedModel = {
    whole: inputs.map(({ whole }) => whole),
    async score(columns, rows) {
      const shape = [rows, 1];
      const flat = [rows];
      const feeds: Record<string, Tensor> = {};
      for (let index = 0; index < inputs.length; index += 1) {
        const input = inputs[index];
        const column = columns[index];
        if (input && column) feeds[input.name] = input.tensor(column, input.flat ? flat : shape);
      }
      running += 1;
      const left = watch.running();
      try {
        const result = (await session.run(feeds, [output]))[output];
        return lastColumn(result?.data, rows);
      } finally {
        left();
        running -= 1;
        if (released && running === 0) void session.release();
      }
    },
    release() {
      released = true;
      if (running === 0) void session.release();
    },
  };
  try {
    // The first run allocates; it also proves that types and shapes fit before anybody depends on it.
    await model.score(
      Object.values(features).map((kind) => (kind === 'number' ? [0] : [''])),
      1,
    );
  } catch (cause) {
    model.release();
    throw unfit(path, 'it does not answer a row of the schema', cause);
  }
  return model;
}

function bindInputs(session: InferenceSession, features: FeatureSchema, path: string): Input[] {
  const wanted = new Map(session.inputMetadata.map((input) => [input.name, input]));
  const inputs = Object.entries(features).map(([name, kind]) => {
    const input = wanted.get(name);
    wanted.delete(name);
    if (!input?.isTensor) throw unfit(path, `it has no input for the feature "${name}"`);
    const make = kind === 'number' ? NUMBERS[input.type] : input.type === 'string' && strings;
    if (!make) throw unfit(path, `its input "${name}" is ${input.type}, the feature is a ${kind}`);
    return { name, tensor: make, flat: input.shape.length === 1, whole: /^int/.test(input.type) };
  });
  if (wanted.size > 0)
    throw unfit(path, `it wants what is no feature: ${[...wanted.keys()].join(', ')}`);
  return inputs;
}

const strings: Input['tensor'] = (column, dims) => new Tensor('string', column.map(String), dims);

/** What a number may become. Integers have no NaN: see `ServedModel.whole`. */
const NUMBERS: Partial<Record<Tensor.Type, Input['tensor']>> = {
  float32: (column, dims) => new Tensor('float32', Float32Array.from(column, toNumber), dims),
  float64: (column, dims) => new Tensor('float64', Float64Array.from(column, toNumber), dims),
  int32: (column, dims) => new Tensor('int32', Int32Array.from(column, toNumber), dims),
  int64: (column, dims) =>
    new Tensor(
      'int64',
      BigInt64Array.from(column, (value) => BigInt(value ?? Number.NaN)),
      dims,
    ),
};

function toNumber(value: number | string | null): number {
  return typeof value === 'number' ? value : Number.NaN;
}

function scoreOutput(session: InferenceSession, path: string): string {
  const names = session.outputNames;
  const name = ['score', 'probabilities'].find((known) => names.includes(known)) ?? names[0];
  const output = session.outputMetadata.find((one) => one.name === name);
  if (!output || (name !== 'score' && name !== 'probabilities' && names.length > 1))
    throw unfit(path, `none of its outputs is named score (${names.join(', ')})`);
  if (!output.isTensor || !(output.type === 'float32' || output.type === 'float64'))
    throw unfit(path, `its output "${output.name}" is no tensor of floats`);
  return output.name;
}

/** Of [n], [n, 1] or [n, classes]: the last column. */
function lastColumn(data: Tensor['data'] | undefined, rows: number): ArrayLike<number> {
  if (!(data instanceof Float32Array || data instanceof Float64Array) || data.length % rows !== 0)
    throw new Unreachable('scoring: the model did not answer a float for every row.');
  const width = data.length / rows;
  if (width === 1) return data;
  const all = data;
  return Float64Array.from(
    { length: rows },
    (_, row) => all[row * width + width - 1] ?? Number.NaN,
  );
}

function unfit(path: string, why: string, cause?: unknown) {
  return new Unreachable(`loading the model ${path}: ${why}.`, {
    next: 'Train the version again, or correct the features in the model declaration.',
    cause,
  });
}
