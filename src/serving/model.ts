import { InferenceSession } from 'onnxruntime-node';
import { Refused, Unreachable } from '../core/errors.ts';
import type { ModelSpec } from '../core/model.ts';
import type { Answers } from '../core/task.ts';
import { explainLoad } from '../onnx/explain.ts';
import { faultLines } from '../onnx/fault.ts';
import { assertSelfContained } from '../onnx/self-contained.ts';
import { bindSession, type Column, feedOf } from './feeds.ts';

/** An ONNX model bound to a feature schema: one input per feature, of its name. */
export interface ServedModel {
  /** For each feature, whether the model takes only whole numbers, and so no null. */
  whole: readonly boolean[];
  /** Answers to n rows. `columns` are in the order of the schema, each n long. A null number is NaN to the model. */
  answer(columns: readonly Column[], rows: number): Promise<Answers>;
  /** Whether any of some answers is usable: it looks no further than to the first. */
  anyUsable(answers: Answers, rows: number): boolean;
  /** Frees it once no row is being scored any more. */
  release(): void;
}

/** Told what onnxruntime is at, since a call of it may never come back. Each gives what to call afterwards. */
export interface Watch {
  /** A session is made of so many bytes. */
  loading(bytes: number): () => void;
  /** So many rows are scored. */
  running(rows: number): () => void;
}

/** Rows whose class, as the model names it itself, is compared with its answer. */
const CHECKED_ROWS = 1000;

const UNWATCHED: Watch = { loading: () => () => {}, running: () => () => {} };

/** The file itself is at fault: the same bytes do not load the next time either. */
export class Unfit extends Unreachable {}

/** The file of a model: the very bytes whose hash was checked, and what to call it in an error. */
export interface ModelFile {
  bytes: Uint8Array;
  name: string;
}

/** What a model is loaded as. */
export type Declared = Pick<ModelSpec, 'features' | 'task' | 'classes'>;

/**
 * Loads and warms a model. Throws Unfit where the file is not an ONNX model or does not fit the schema.
 */
export async function loadModel(
  { bytes, name: path }: ModelFile,
  { features, task, classes = [] }: Declared,
  watch: Watch = UNWATCHED,
): Promise<ServedModel> {
  requireOneFile(bytes, path);
  const loaded = watch.loading(bytes.byteLength);
  // A second thread gains nothing on one row and takes a core from the requests.
  const session = await InferenceSession.create(bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  })
    .catch((cause: unknown) => {
      const { what, next } = explainLoad(cause);
      throw unfit(path, what, cause, next);
    })
    .finally(loaded);
  const { binding, faults } = bindSession(session, { features, task, classes });
  if (!binding) throw unfit(path, `it does not fit the features:\n${faultLines(faults)}\n`);
  const { whole, feed } = feedOf(binding, features);
  const { answer: output, label } = binding.outputs;
  // Enough to see that the columns of an answer are in another order; later rows need not pay for it.
  let toCheck = label !== undefined && task.answer.contradiction ? CHECKED_ROWS : 0;

  let running = 0;
  let released = false;
  const model: ServedModel = {
    whole,
    async answer(columns, rows) {
      const feeds = feed(columns, rows);
      running += 1;
      const left = watch.running(rows);
      try {
        const named = toCheck > 0 && label !== undefined ? label : undefined;
        const result = await session.run(feeds, named === undefined ? [output] : [output, named]);
        const data = result[output]?.data;
        const isFloats = data instanceof Float32Array || data instanceof Float64Array;
        const answers = isFloats ? task.answer.read(data, rows, classes) : undefined;
        if (answers && named !== undefined) {
          const labels = result[named]?.data ?? [];
          const wrong = task.answer.contradiction?.(answers, labels, classes);
          if (wrong !== undefined) throw unfit(path, wrong);
          toCheck -= rows;
        }
        if (answers) return answers;
        throw new Unreachable('scoring: the model did not answer a float for every row.');
      } finally {
        left();
        running -= 1;
        if (released && running === 0) void session.release();
      }
    },
    anyUsable(answers, rows) {
      for (let row = 0; row < rows; row += 1)
        if (task.answer.fault(answers, row, classes) === undefined) return true;
      return false;
    },
    release() {
      released = true;
      if (running === 0) void session.release();
    },
  };
  try {
    // The first run allocates; it also proves that types and shapes fit before anybody depends on it.
    await model.answer(
      Object.values(features).map((kind) => (kind === 'number' ? [0] : [''])),
      1,
    );
  } catch (cause) {
    model.release();
    if (cause instanceof Unfit) throw cause;
    throw unfit(path, `it does not answer a row. ${explainLoad(cause).what}`, cause);
  }
  return model;
}

/**
 * Registration refuses it too; but a version may be from before that, and onnxruntime looks for the
 * other file wherever this process happens to stand.
 */
function requireOneFile(bytes: Uint8Array, path: string): void {
  try {
    assertSelfContained(bytes);
  } catch (cause) {
    if (!(cause instanceof Refused)) throw cause;
    throw unfit(path, cause.message, cause, cause.next);
  }
}

function unfit(
  path: string,
  why: string,
  cause?: unknown,
  next = 'Train the version again, or correct the features in the model declaration.',
) {
  return new Unfit(`loading the model ${path}: ${why}`, { next, cause });
}
