import type { FeatureColumn } from '../feature-columns.ts';
import type { Argv, FeatureSchema, ModelSpec, ParameterValues, Window } from '../model.ts';
import type { Labels } from '../task.ts';
import type { DatasetFingerprint } from './versions.ts';

export interface ProgramOrder {
  argv: Argv;
  /** Working folder: the workspace. */
  folder: string;
  /** Output folder; exists already. */
  runDir: string;
  /** The content of the request file, also given in the environment. See docs/training-contract.md. */
  request: {
    run: string;
    model: string;
    window: Window;
    parameters: ParameterValues;
    features: FeatureSchema;
    label: string;
    task: string;
    /** For a task with classes: the order in which a model must give their probabilities. */
    classes?: readonly string[] | undefined;
    /** Replaces a category that is null. */
    null_category: string;
    /** New data that may be used, by name, oldest rows first; undefined if no source is declared or nobody knows. */
    accepted?: readonly string[];
    /** New data to leave out, by name. */
    excluded?: readonly string[];
    out?: string;
    data?: string;
    /** Of a step of a pipeline: what it has made so far. `artifact`: the ONNX file of the version. */
    environment?: string;
    version?: number;
    artifact?: string;
    gain?: { gain: number; champion: number; metric: string };
  };
  timeoutMs: number;
  signal: AbortSignal;
  onProgress(share: number, message: string): void;
  /** What it reads from standard input; default: nothing. */
  stdin?: string;
  /** Gets each line of its standard output, which then has no meaning. Nothing is logged. */
  onOutput?(line: string): void;
}

export interface ProgramResult {
  metrics: Record<string, number>;
  /** Absolute paths by name, each inside the run's folder. */
  artifacts: Record<string, string>;
}

/** Runs a program of a workspace as a child process. */
export interface Programs {
  /** Throws ProgramFailed with the last lines of its log, or the signal's reason. */
  run(order: ProgramOrder): Promise<ProgramResult>;
}

export interface RunFolders {
  /** A new folder for an attempt of a run. */
  create(run: string, name: string): Promise<string>;
  /** Where the folder of that name is, if there is one. */
  named(run: string, name: string): string;
  log(run: string, line: string): Promise<void>;
  /** How long the log is, in bytes. */
  logged(run: string): Promise<number>;
  /** Drops what the log has beyond these bytes. */
  cutLog(run: string, bytes: number): Promise<void>;
  tail(run: string, lines: number): Promise<string[]>;
  /** Deletes the folder and keeps the log. */
  clear(folder: string): Promise<void>;
}

interface Dataset {
  path: string;
  fingerprint: DatasetFingerprint;
}

/** What was observed about rows when they were written. */
export interface Inspection {
  rows: number;
  /** Unusual, but no reason to stop: shown to whoever requested the run. */
  warnings: readonly string[];
  /** By feature, why a model that takes it as an integer cannot be given these rows. */
  notWhole: Readonly<Record<string, string>>;
  /** For a task with classes: the declared ones, otherwise those of the rows. */
  classes?: readonly string[] | undefined;
}

export interface Prepared extends Dataset {
  inspection: Inspection;
}

export interface DatasetOrder {
  spec: ModelSpec;
  run: string;
  window: Window;
  signal: AbortSignal;
}

export interface Datasets {
  /**
   * Lets the workspace's dataset program write the labelled rows of a window, and checks them. Throws Refused
   * if there are none, or with everything that makes them unusable.
   */
  prepare(order: DatasetOrder): Promise<Prepared>;
  /** The exact rows that something was trained or evaluated on. Throws NotFound if they are gone. */
  open(fingerprint: DatasetFingerprint): Promise<Dataset>;
}

/** Columns of a dataset, one value per row. */
export interface Columns {
  labels: Labels;
  entities?: string[];
  /** When each row happened, in milliseconds since the epoch, NaN if unknown; missing if no column says so. */
  times?: Float64Array;
  features: Record<string, (number | string | null)[]>;
}

export interface ScoringOrder {
  /** Name of the version in errors, e.g. `flights v3`. */
  name: string;
  /** Aborts at once, whatever the model does. */
  signal: AbortSignal;
  /** Also times the model, after its answers, with some of the same rows one by one. */
  onTimes?(times: Timing): void;
}

/** How long a model took in a process of its own, in milliseconds. */
export interface Timing {
  /** From the bytes to the first answer. */
  load: number;
  /** Of single rows, in the order of the rows. */
  rows: Float64Array;
}

/** Rows without labels, for a model to answer. */
export interface Questions {
  rows: number;
  features: Readonly<Record<string, FeatureColumn | readonly (number | string | null)[]>>;
}

/** A model that is loaded in a separate process until it is closed. */
export interface OpenModel {
  /**
   * The answer to each row. One call at a time. Throws as `Scorer.score` does, with the same deadline for each 1,024
   * rows, or for more if the rows before them took a small part of it; the process is gone then.
   */
  score(questions: Questions): Promise<Float64Array>;
  /** Ends the process, whatever it does. */
  close(): void;
}

/** What a training program answered itself to rows of the data that it trained on. */
export interface TrainerPredictions {
  /** Positions in the data, from 0. */
  rows: Int32Array;
  /** `width` numbers per row (see `AnswerSpec`). */
  answers: Float64Array;
}

export interface Scorer {
  read(dataset: string, spec: ModelSpec): Promise<Columns>;
  /** Reads the artifact `predictions` of a training program; `rows` of its data. Throws Refused. */
  predictions(
    path: string,
    spec: Pick<ModelSpec, 'task' | 'classes'>,
    rows: number,
  ): Promise<TrainerPredictions>;
  /** For rows that come in parts: one process answers all of them. Whoever opens it closes it. Throws as `score` does. */
  open(
    artifact: string,
    spec: Pick<ModelSpec, 'features' | 'task' | 'classes'>,
    order: Pick<ScoringOrder, 'name' | 'signal'>,
  ): Promise<OpenModel>;
  /**
   * The model's answer to each row, from the same artifact that is served, in a separate process. Throws
   * Refused if the version does not answer in time, Unreachable if it fails or its process exits, and the
   * signal's reason.
   */
  score(
    artifact: string,
    columns: Columns,
    spec: Pick<ModelSpec, 'features' | 'task' | 'classes'>,
    order: ScoringOrder,
  ): Promise<Float64Array>;
}
