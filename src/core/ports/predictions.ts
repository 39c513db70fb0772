import type { Endpoint } from '../endpoint.ts';
import type { Window } from '../model.ts';
import type { AnswerField } from '../task.ts';

/** Which predictions are read, and what of them. */
export interface PredictionQuestion extends Endpoint {
  version: number;
  /** Of prediction time. */
  window: Window;
  /** The field of an answer that holds its numbers, and how many. */
  answer: Extract<AnswerField['name'], 'score' | 'value' | 'probabilities'>;
  width: number;
}

/** The answers to some rows, `width` numbers per row. Rows whose answer is not finite are left out. */
export interface AnsweredColumns {
  rows: number;
  answers: Float64Array;
}

/** Labelled rows, in an order that depends on nothing but the rows. */
export interface LabelledColumns extends AnsweredColumns {
  /** Predictions in the window, labelled or not: the basis of coverage. */
  predictions: number;
  /** A number or the name of a class, one per row: for several labels of one ID, the last received. */
  labels: (number | string)[];
  /** Features as text, by name. */
  features: Record<string, (string | null)[]>;
}

/** What monitors read of the prediction log, in columns: a window may have millions of rows. */
export interface PredictionReader {
  answered(question: PredictionQuestion, signal: AbortSignal): Promise<AnsweredColumns>;
  /** Labels count whenever they arrived. `features`: names of those to read. */
  labelled(
    question: PredictionQuestion & { features: readonly string[] },
    signal: AbortSignal,
  ): Promise<LabelledColumns>;
  /** Hours of prediction time that got a label since then, oldest first. */
  labelledSince(
    which: Endpoint & { version: number },
    since: Date,
    signal: AbortSignal,
  ): Promise<Window[]>;
}
