import type { Endpoint } from '../endpoint.ts';
import type { FeatureColumn } from '../feature-columns.ts';
import type { FeatureSchema, Window } from '../model.ts';
import type { AnswerField, AnswerSpec } from '../task.ts';

/** Which predictions are read, and what of them. */
export interface PredictionQuestion extends Endpoint {
  version: number;
  /** Of prediction time. */
  window: Window;
  /** The field of an answer that holds its numbers, and how many. */
  answer: Extract<AnswerField['name'], 'score' | 'value' | 'probabilities'>;
  width: number;
}

/** The field of an answer that holds its numbers; a class follows from them. */
export function numbersIn({ fields }: AnswerSpec): PredictionQuestion['answer'] | undefined {
  return fields.flatMap(({ name }) => (name === 'class' ? [] : [name]))[0];
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

/** Requests as they were answered, without their features. */
interface LoggedRows {
  rows: number;
  /** The version that answered each row. */
  versions: Int32Array;
  /** Of the prediction, in milliseconds since the epoch. */
  times: Float64Array;
  /** Rows whose request lacked one of the features. */
  incomplete: Uint8Array;
  /** `width` numbers per row, NaN if the answer was not usable or has another form. */
  answers: Float64Array;
  /** A number or the name of a class; null without a label. For several labels of one ID, the last received. */
  labels: (number | string | null)[];
}

export interface LoggedRequests extends LoggedRows {
  /** By name of feature, as it was sent; null for a missing or unusable number. */
  features: Record<string, (number | string | null)[]>;
}

/** Some thousand rows of them, in columns: a log may have many millions. */
export interface RequestBatch extends LoggedRows {
  /** By name of feature, of the type that it is declared with; none for what was sent as another one. */
  features: Record<string, FeatureColumn>;
}

/** One request as it was logged. */
export interface LoggedPrediction extends Endpoint {
  id: string;
  version: number;
  time: Date;
  /** A number or the name of a class; null if it was not usable. */
  answer: number | string | null;
  features: Record<string, unknown>;
}

/** What monitors read of the prediction log, in columns: a window may have millions of rows. */
export interface PredictionReader {
  answered(question: PredictionQuestion, signal: AbortSignal): Promise<AnsweredColumns>;
  /** Labels count whenever they arrived. `features`: names of those to read. */
  /** `shadow`: those that nobody got, with the labels of the same requests. */
  labelled(
    question: PredictionQuestion & { features: readonly string[]; shadow?: boolean },
    signal: AbortSignal,
  ): Promise<LabelledColumns>;
  /** Hours of prediction time that got a label since then, oldest first. */
  labelledSince(
    which: Endpoint & { version: number },
    since: Date,
    signal: AbortSignal,
  ): Promise<Window[]>;
}

/** Reads whole requests, for a version to answer them again. */
export interface RequestReader {
  /** The requests with that ID, oldest first, whichever of the endpoints they were sent to. */
  find(
    endpoints: readonly Endpoint[],
    id: string,
    signal: AbortSignal,
  ): Promise<LoggedPrediction[]>;
  /** All requests of a window, whichever version answered, in order of time. */
  requests(
    question: Omit<PredictionQuestion, 'version'> & { features: FeatureSchema },
    signal: AbortSignal,
  ): AsyncIterable<RequestBatch>;
  /** The newest ones with a label, at most `rows` of them, in order of time. One of each ID. */
  newestLabelled(
    question: Omit<PredictionQuestion, 'version'> & { features: readonly string[]; rows: number },
    signal: AbortSignal,
  ): Promise<LoggedRequests>;
}
