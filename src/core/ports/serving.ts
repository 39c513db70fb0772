import type { FeatureSchema } from '../model.ts';

/** What the gateway must currently serve for one model in one environment. */
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
  /** For a task with classes: the classes of the version. */
  classes?: readonly string[] | undefined;
  /** Replaces a category that is null; default: the empty text. */
  nullCategory?: string;
  /** Set if the model must not answer at all: who took it out of service, and why. */
  outOfService?: { why: string; at: Date };
  /** Set if the release policy does not let it go live: why, as a sentence. The previous version answers. */
  refused?: string | undefined;
  /** Earlier prediction times are refused; undefined if unknown. */
  earliest?: Date | undefined;
  /**
   * Rows like those it was trained on, by name of feature; undefined if unknown. No caller can choose them.
   */
  typical?: Readonly<Record<string, readonly (number | string)[]>> | undefined;
}

/** A version that replaces what is live step by step: see `RolloutState`. */
export interface LiveChallenger {
  version: LiveVersion;
  /** Percent of the requests that it answers. */
  weight: number;
  /** It answers a copy of the requests, and nobody gets its answers. */
  shadow: boolean;
  step: number;
}

/** What is live, and what may answer instead. */
export interface LiveEndpoint extends LiveVersion {
  challenger?: LiveChallenger | undefined;
  /** Versions that were live before and ended in good standing, newest first. */
  before: LiveVersion[];
}

/** What is live according to the registry. */
export interface LiveVersions {
  list(): Promise<LiveEndpoint[]>;
  /**
   * Called soon after anything may have changed; the listener then calls `list`. Returns an unsubscribe
   * function.
   */
  onChange(listener: () => void): () => void;
}

/** The answer to a row, in the form of its task; non-finite numbers are NaN. */
export interface LoggedAnswer {
  score?: number;
  value?: number;
  class?: string;
  probabilities?: readonly number[];
}

/** One answered row. `time` is the time of the prediction: the caller's, if given. */
export interface PredictionRow extends LoggedAnswer {
  id: string;
  time: string;
  model: string;
  /** Missing in rows from before there were several. */
  environment?: string;
  version: number;
  features: Record<string, number | string | null>;
  /** The caller gave no time, and `time` is when it was answered. */
  untimed?: boolean;
  /** Another server made the prediction, and we were sent it. */
  elsewhere?: boolean;
}

export type LabelRow = {
  id: string;
  model: string;
  /** When we received the label. */
  received: string;
  /**
   * The gateway that received it knew no prediction with that ID; it may have come before its prediction, or
   * elsewhere.
   */
  unknown?: boolean;
} & ({ label: number } | { class: string });
