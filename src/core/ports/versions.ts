import type { EvaluationReport } from '../evaluation-report.ts';
import type { ParameterValues, Window } from '../model.ts';

/** Where a set of rows came from, and what exactly it was. */
export interface DatasetFingerprint {
  window: Window;
  sha256: string;
  rows: number;
}

/** Where a version came from that was not trained here: text of others, cut and without line breaks. */
export interface Imported {
  from: 'mlflow';
  /** The same one is imported once: names the model here, the server, and what it has there. */
  key: string;
  /** The host of the server. */
  server: string;
  name: string;
  version: string;
  /** Where the server has its files. */
  source: string;
  run?: string;
  /** Who trained it. */
  user?: string;
  /** The program that did, and its commit. */
  program?: string;
  commit?: string;
  parameters: readonly { name: string; value: string }[];
  metrics: readonly { name: string; value: number }[];
  /** The data that its run names. */
  data: readonly { name: string; digest: string; source: string }[];
}

export interface VersionDraft {
  model: string;
  /** Parent run: one run creates one version. */
  run: string;
  artifact: { sha256: string; bytes: number };
  dataset: DatasetFingerprint;
  parameters: ParameterValues;
  /** Name of its task; versions from before there were several have none. */
  task?: string;
  /** For a task with classes: its classes, in the order of its probabilities. */
  classes?: readonly string[];
  /** Revision of the workspace's code; `dirty` if it had uncommitted changes. */
  code: { revision: string; dirty: boolean };
  /** The environment of the training: node, platform, wheelhouse … */
  runtime: Record<string, string>;
  /** Content hash of the files of the workspace and the installed packages. Missing before this was stored. */
  software?: string;
  /** Metrics that the training program reported. */
  reported: Record<string, number>;
  /** What it answered itself to rows of its data, if it wrote that: a Parquet file. */
  predictions?: { sha256: string; rows: number };
  /** Missing if it was trained here. */
  imported?: Imported;
  createdBy: string;
}

/** Immutable. */
export interface Version extends VersionDraft {
  /** `flights@2` */
  id: string;
  number: number;
  createdAt: Date;
}

/** What Wheelhouse measured on rows that the version was not trained on. Immutable. */
export interface Evaluation {
  version: string;
  dataset: DatasetFingerprint;
  metrics: Record<string, number>;
  /** Slices, calibration and errors; evaluations from before there were any have none. */
  report?: EvaluationReport;
  /** Unit of the label, if one was declared: that of the metrics which have it. */
  unit?: string;
  /** The served file beside the training program's own predictions, if it wrote any: rows, and differences of them. */
  agreement?: { rows: number; median: number; largest: number };
  /** Content hash of the frozen bins and reference profiles of features and score. */
  reference: string;
  /** Content hash of the same rows, counted by the hour. Missing if they have no times, or before this was stored. */
  windows?: string;
  /** Content hash of evaluated rows with labels, to be weighted. Missing for tasks without classes, and before this was stored. */
  rows?: string;
  at: Date;
}

export interface Versions {
  /** Assigns the next number; the same run gets the same version again, and so does the same import. */
  register(draft: VersionDraft): Promise<Version>;
  /**
   * `2`, `v2`, `latest`, `champion` (live in `environment`), or `champion@staging` (live there).
   * Throws NotFound.
   */
  resolve(model: string, reference: string, environment?: string): Promise<Version>;
  /** By its number, also when the workspace no longer has the model. Throws NotFound. */
  numbered(model: string, number: number): Promise<Version>;
  /** What a run has created so far. */
  ofRun(run: string): Promise<Version | undefined>;
  /** What an import has created, by its `key`. */
  ofImport(key: string): Promise<Version | undefined>;
  /** The newest one that was trained from a commit without changes; its name may be shortened. */
  ofCommit(model: string, commit: string): Promise<Version | undefined>;
  list(model: string, limit?: number): Promise<Version[]>;
  addEvaluation(evaluation: Evaluation): Promise<void>;
  /** The newest one. */
  evaluation(version: string): Promise<Evaluation | undefined>;
}
