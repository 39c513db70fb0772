import type { FeatureSchema } from '../model.ts';

/** What the gateway must serve right now for one model in one environment. */
export interface LiveVersion {
  model: string;
  environment: string;
  version: number;
  deployment: string;
  /** Content hash of the ONNX artifact. */
  artifact: string;
  features: FeatureSchema;
  /** Name of its task. */
  task: string;
  /** Of a task with classes: those that the version tells apart. */
  classes?: readonly string[] | undefined;
  /** What a category that is null becomes; the empty text unless said. */
  nullCategory?: string;
  /** Set where it must not answer, and nothing else may: by whom it was taken out of service, and why. */
  outOfService?: { why: string; at: Date };
  /** Prediction times before it are refused; undefined where it is not known. */
  earliest?: Date | undefined;
  /** Rows such as it was trained on, by name of feature; undefined where it is not known. No caller can choose them. */
  typical?: Readonly<Record<string, readonly (number | string)[]>> | undefined;
}

/** What is live, and what may answer in its place. */
export interface LiveEndpoint extends LiveVersion {
  /** Versions that were live before and left in good standing, newest first. */
  before: LiveVersion[];
}

/** The registry's word on what is live. */
export interface LiveVersions {
  list(): Promise<LiveEndpoint[]>;
  /** Called soon after anything may have changed; the listener asks `list` again. Returns an unsubscribe. */
  onChange(listener: () => void): () => void;
}

/** What was answered to a row, as its task says it; each number that was not finite is NaN. */
export interface LoggedAnswer {
  score?: number;
  value?: number;
  class?: string;
  probabilities?: readonly number[];
}

/** One row that was answered. `time` is the time of the prediction: the caller's, where it named one. */
export interface PredictionRow extends LoggedAnswer {
  id: string;
  time: string;
  model: string;
  /** Missing in rows of before there were several. */
  environment?: string;
  version: number;
  features: Record<string, number | string | null>;
  /** The caller named no time, and `time` is when it was answered. */
  untimed?: boolean;
}

export type LabelRow = {
  id: string;
  model: string;
  /** When the label came to be known to us. */
  received: string;
  /** No prediction of that id was known to the gateway that took it; it may have come before, or elsewhere. */
  unknown?: boolean;
} & ({ label: number } | { class: string });
