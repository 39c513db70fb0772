import { InferenceSession } from 'onnxruntime-node';
import { Refused, Unreachable } from '../core/errors.ts';
import type { ModelSpec } from '../core/model.ts';
import type { Answers } from '../core/task.ts';
import { explainLoad } from '../onnx/explain.ts';
import { faultLines } from '../onnx/fault.ts';
import type { Numeric } from '../onnx/inputs.ts';
import { assertSelfContained } from '../onnx/self-contained.ts';
import { bindSession, feedOf, type InputColumn } from './feeds.ts';

/** An ONNX model bound to a feature schema: one input per feature, with its name. */
export interface ServedModel {
  /** For each feature, the type in which the model takes numbers. Integers have no null. */
  elements: readonly (Numeric | undefined)[];
  /**
   * Answers to n rows. `columns` are in the order of the schema, each with n values. A null number is NaN to
   * the model.
   */
  answer(columns: readonly InputColumn[], rows: number): Promise<Answers>;
  /** Whether any of the answers is usable: stops at the first one. */
  anyUsable(answers: Answers, rows: number): boolean;
  /** Frees it once no rows are being scored. */
  release(): void;
}

/**
 * Called before onnxruntime does something, because a call of it may never return. Each returns a function to
 * call afterwards.
 */
export interface Watch {
  /** A session is created from this many bytes. */
  loading(bytes: number): () => void;
  /** This many rows are scored. */
  running(rows: number): () => void;
}

/** Number of rows for which the class named by the model is compared with its answer. */
const CHECKED_ROWS = 1000;

const UNWATCHED: Watch = { loading: () => () => {}, running: () => () => {} };

/** The file itself is at fault: the same bytes will not load the next time either. */
export class Unfit extends Unreachable {}

/** The file of a model: the bytes whose hash was verified, and its name in errors. */
export interface ModelFile {
  bytes: Uint8Array;
  name: string;
}

/** The declaration that a model is loaded for. */
export type Declared = Pick<ModelSpec, 'features' | 'task' | 'classes'>;

/** Loads and warms up a model. Throws Unfit if the file is not an ONNX model or does not match the schema. */
export async function loadModel(
  { bytes, name: path }: ModelFile,
  { features, task, classes = [] }: Declared,
  watch: Watch = UNWATCHED,
): Promise<ServedModel> {
  requireOneFile(bytes, path);
  const loaded = watch.loading(bytes.byteLength);
  // A second thread does not speed up one row and takes a core from other requests.
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
  const { elements, feed } = feedOf(binding, features);
  const { answer: output, label } = binding.outputs;
  // Enough to detect that the columns of an answer are in another order; later rows need not be checked.
  let toCheck = label !== undefined && task.answer.contradiction ? CHECKED_ROWS : 0;

  let running = 0;
  let released = false;
  const model: ServedModel = {
    elements,
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
    // The first run allocates memory; it also proves that types and shapes match before anyone depends on it.
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
 * Registration refuses this too, but a version may be older, and onnxruntime looks for the other file in the
 * working directory.
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
