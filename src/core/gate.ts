import type { z } from 'zod';
import type { ComparedMetric } from './compared-metric.ts';
import type { EvaluationReport } from './evaluation-report.ts';
import type { Margin, MetricShape } from './task.ts';

/** A gate as declared: the name of its kind in `src/release/gates`, and the keys of the file. */
export interface GateSpec {
  gate: string;
  settings: Readonly<Record<string, unknown>>;
}

/** `pending`: it cannot pass yet, but needs only time. Neither it nor `failed` lets a version through. */
type GateStatus = 'passed' | 'failed' | 'not applicable' | 'pending';

export interface GateResult {
  /** Name of its kind. */
  gate: string;
  /** What was judged, e.g. `AUC`. */
  name: string;
  status: GateStatus;
  /** What was found and what is allowed, in a few words. */
  value: string;
  limit: string;
  /** One sentence for people. */
  words: string;
  /** If it did not pass: what would make it pass, as a sentence. */
  change?: string | undefined;
  /** Nobody may override it. */
  firm?: true;
}

/** What is judged, and by which metrics. */
export interface GateAbout {
  model: string;
  version: number;
  environment: string;
  metrics: readonly MetricShape[];
  /** Names of the metrics that decide. */
  primary: readonly string[];
  margin?: Margin | undefined;
  /** Of the label, if one is declared. */
  unit?: string | undefined;
}

/** The part of a metric's comparison that a gate uses. */
export type GateMetric = Pick<
  ComparedMetric,
  'name' | 'champion' | 'challenger' | 'low' | 'high' | 'adjustedP'
>;

/** Evidence that is gathered only if a gate needs it. */
export type GateNeed =
  | 'lineage'
  | 'trainer'
  | 'predictions'
  | 'training'
  | 'soak'
  | 'shadow'
  | 'drill';

/** Everything that gates are judged by. A part that is undefined was not gathered. */
export interface GateEvidence {
  /** When it was gathered. */
  at: Date;
  smoke?: SmokeEvidence | undefined;
  /** Number of labelled rows on which the version was evaluated; 0 if it never was. */
  rows: number;
  /** The candidate's metrics; `log_loss` also finds `logLoss`. */
  metrics: Readonly<Record<string, number | undefined>>;
  /** Undefined for evaluations from before there were reports. */
  report?: Pick<EvaluationReport, 'slices' | 'calibration'> | undefined;
  /** Absent if nothing was compared, which is different from having no champion. */
  comparison?:
    | { metrics: readonly GateMetric[]; rows?: number | undefined }
    | 'no champion'
    /** There is a champion but it gives no usable answer: the reason, as a sentence. */
    | { unusable: string }
    | undefined;
  /** Size of the model file. */
  bytes?: number | undefined;
  latency?: LatencyEvidence | undefined;
  lineage?: LineageEvidence | undefined;
  trainer?: readonly TrainerFigure[] | undefined;
  predictions?: PredictionEvidence | undefined;
  training?: TrainingEvidence | undefined;
  soak?: readonly SoakEvidence[] | undefined;
  shadow?: readonly ShadowEvidence[] | undefined;
  drill?: DrillEvidence | 'no champion' | undefined;
}

interface SmokeEvidence {
  rows: number;
  /** A valid answer, e.g. `a number from 0 to 1`. */
  expected: string;
  /** What is wrong, as the end of a sentence. */
  problem?: string | undefined;
  /** What to do if something is wrong. */
  next: string;
}

/** Time of one row, in milliseconds. */
interface LatencyEvidence {
  rows: number;
  p50: number;
  p99: number;
}

export interface LineageEvidence {
  run: string;
  /** Undefined if there is no such run. */
  runStatus?: string | undefined;
  /** Why the model file is not the one that was stored; undefined if it is. */
  bytesProblem?: string | undefined;
  data: { sha256: string; rows: number };
  code: { revision: string; dirty: boolean };
  /** Declared parameters whose value was not stored. */
  missingParameters: readonly string[];
  /** By name of parameter: what made chance repeatable. */
  seed?: { name: string; value: string } | undefined;
}

/** A metric that the training program reported, and what we measure on the same kind of rows. */
export interface TrainerFigure {
  /** As reported, e.g. `train_auc`. */
  name: string;
  /** Name of our metric. */
  metric: string;
  on: 'training' | 'held-out';
  reported: number;
  measured: number | undefined;
}

/**
 * How far the served file's answers are from the training program's own, in ascending order, one for each row; or why
 * they were not compared, as a sentence.
 */
export type PredictionEvidence = { differences: Float64Array } | { problem: string };

/** The rows of the training window. */
export interface TrainingEvidence {
  rows: number;
  days: number;
  /** Share of missing values by feature. */
  nulls: Readonly<Record<string, number>>;
  /** Rows of each label, for tasks with few of them; undefined for numbers. */
  labels?: Readonly<Record<string, number>> | undefined;
  /** Number of different labels. */
  distinctLabels: number;
  /** The version before it, if there is one. */
  previous?: { version: number; rows: number; days: number } | undefined;
}

/** How long the same model file was live in another environment. */
export interface SoakEvidence {
  environment: string;
  /** The longest time without a break. */
  longestMs: number;
  /** Since when it is live there, if it is now. */
  since?: Date | undefined;
  /** Alerts about it that are open there. */
  openAlerts: number;
}

/** How long the same model file answered copies of requests in another environment, in the rollouts there. */
export interface ShadowEvidence {
  environment: string;
  /** The rollout that was longest in shadow, with the requests that it answered meanwhile. */
  longest?: { ms: number; requests: number } | undefined;
  /** Since when it is in shadow there, if it is now. */
  since?: Date | undefined;
  /** Why its last rollout there ended before it was live; undefined if it did not. Without a full stop. */
  stopped?: string | undefined;
  /** For how long a rollout there is in shadow, as configured now. */
  plannedMs: number;
  /** It was live there. */
  wasLive: boolean;
}

/** The newest drill of the version that a rollback would restore. */
export interface DrillEvidence {
  /** The version that a rollback would restore. */
  version: number;
  last?: { at: Date; ms: number; rows: number; equal: number; problem?: string } | undefined;
}

/** A contradiction in the settings of a gate. `key` is where in the gate. */
export interface GateFault {
  key: string;
  words: string;
}

/** What contradictions in a gate's settings are found by. */
export interface GateWorkspace {
  environments: readonly string[];
  /** Where it is declared, if that is for one environment. */
  environment?: string | undefined;
  features: readonly string[];
}

export type GateSchema = z.ZodType<GateSpec> & z.core.$ZodTypeDiscriminable;

/** A kind of gate as listed in `src/release/gates/index.ts`. */
export interface GateKind {
  /** Name of its folder. */
  name: string;
  /** What must hold, e.g. `a metric is within its bounds`. */
  summary: string;
  /** The key by which the file names it; undefined for a gate that every version must pass. */
  key: string | undefined;
  /** How it is written, for errors, e.g. `{min_rows}`. */
  form: string;
  /** All keys that it may have. */
  keys: readonly string[];
  schema: GateSchema;
  faults(gate: GateSpec, workspace: GateWorkspace): readonly GateFault[];
  /** What must be gathered for it. */
  needs: readonly GateNeed[];
  /** Pure. A gate may judge several things, e.g. each primary metric. */
  judge(gate: GateSpec, evidence: GateEvidence, about: GateAbout): GateResult[];
}
