import type { Argv, FeatureSchema, ModelSpec, ParameterValues, Window } from '../model.ts';
import type { Labels } from '../task.ts';
import type { DatasetFingerprint } from './versions.ts';

export interface ProgramOrder {
  argv: Argv;
  /** Where it runs: the workspace. */
  folder: string;
  /** Where it writes; exists already. */
  runDir: string;
  /** The request file's content; also given in the environment. See docs/training-contract.md. */
  request: {
    run: string;
    model: string;
    window: Window;
    parameters: ParameterValues;
    features: FeatureSchema;
    label: string;
    task: string;
    /** Of a task with classes: in the order in which a model must give their probabilities. */
    classes?: readonly string[] | undefined;
    /** What a category that is null will be to the model. */
    null_category: string;
    out?: string;
    data?: string;
  };
  timeoutMs: number;
  signal: AbortSignal;
  onProgress(share: number, message: string): void;
}

export interface ProgramResult {
  metrics: Record<string, number>;
  /** Absolute paths by name, each inside the run's folder. */
  artifacts: Record<string, string>;
}

/** Runs a workspace's program as a child process. */
export interface Programs {
  /** Throws ProgramFailed with the last lines of its log, or the signal's reason. */
  run(order: ProgramOrder): Promise<ProgramResult>;
}

export interface RunFolders {
  /** A fresh folder for an attempt of a run. */
  create(run: string, name: string): Promise<string>;
  log(run: string, line: string): Promise<void>;
  tail(run: string, lines: number): Promise<string[]>;
  /** The folder goes, the log stays. */
  clear(folder: string): Promise<void>;
}

interface Dataset {
  path: string;
  fingerprint: DatasetFingerprint;
}

/** What was seen of rows when they were written. */
export interface Inspection {
  rows: number;
  /** Odd, and no reason to stop: for whoever asked for the run. */
  warnings: readonly string[];
  /** By feature, why a model that takes it as a whole number cannot be given these rows. */
  notWhole: Readonly<Record<string, string>>;
  /** Of a task with classes: the declared ones, else those of the rows. */
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
   * Has the workspace's dataset program write the labelled rows of a window, and looks at them. Throws
   * Refused where there are none, or with everything that makes them unusable.
   */
  prepare(order: DatasetOrder): Promise<Prepared>;
  /** The rows that something was trained or judged on, as they were. Throws NotFound where they are gone. */
  open(fingerprint: DatasetFingerprint): Promise<Dataset>;
}

/** Columns of a dataset, a value a row. */
export interface Columns {
  labels: Labels;
  entities?: string[];
  features: Record<string, (number | string | null)[]>;
}

export interface ScoringOrder {
  /** What the version is called where it fails, e.g. `flights v3`. */
  name: string;
  /** Ends it at once, whatever the model does. */
  signal: AbortSignal;
}

export interface Scorer {
  read(dataset: string, spec: ModelSpec): Promise<Columns>;
  /**
   * What the task of the model answers to each row, by the very artifact that is served, in a process of its
   * own. Throws Refused where the version does not answer in time, Unreachable where it fails or its process
   * ends, and the signal's reason.
   */
  score(
    artifact: string,
    columns: Columns,
    spec: Pick<ModelSpec, 'features' | 'task' | 'classes'>,
    order: ScoringOrder,
  ): Promise<Float64Array>;
}
