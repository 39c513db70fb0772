import type { Address } from './address.ts';
import type { Alerting } from './alerting.ts';
import type { DataSource } from './data.ts';
import type { Cost } from './evaluation-report.ts';
import type { GateSpec } from './gate.ts';
import type { PipelineSpec } from './pipeline-spec.ts';
import type { ProbeBudget } from './probe.ts';
import type { RetrainPolicy } from './retrain-policy.ts';
import type { RolloutPlan } from './rollout.ts';
import { GATEWAY, type TargetSpec } from './target.ts';
import type { Classes, Margin, Task } from './task.ts';

/** Names and types of features, in the order of declaration. */
export type FeatureSchema = Record<string, 'number' | 'category'>;

/** Half-open: from included, to excluded. */
export interface Window {
  from: Date;
  to: Date;
}

/** One training parameter, as declared by the model. */
export interface Parameter {
  type: 'integer' | 'number' | 'string' | 'boolean';
  summary: string;
  default: number | string | boolean;
  min?: number | undefined;
  max?: number | undefined;
  choices?: readonly string[] | undefined;
}

export type ParameterValues = Record<string, number | string | boolean>;

/** An equal share of a budget of false alarms. */
export interface BudgetShare {
  /** Of all monitors together: `1 per 2 years`. */
  falseAlarms: string;
  /** How many share it, this one included. */
  monitors: number;
}

export interface MonitorSpec {
  name: string;
  /** Its name in `src/monitoring/kinds`. */
  kind: string;
  /** Length of a window of prediction time, in hours. */
  windowHours: number;
  /** When to check for complete windows, as node-cron reads it. */
  schedule: string;
  /** With fewer rows, a window is insufficient data. */
  minRows: number;
  /** A problem must be found in `need` of the last `of` windows to count. */
  need: number;
  of: number;
  /** Its share of the model's budget of false alarms. Missing if it keeps to none, or states its own. */
  budget?: BudgetShare;
  /** The keys that only its kind has, by their names in the file. */
  settings: Readonly<Record<string, unknown>>;
}

/** A program as an argument vector; the first word is looked up on PATH, and no shell is used. */
export type Argv = readonly [string, ...string[]];

/** Who must approve a promotion. */
export interface ApprovalRule {
  needed: number;
  expiresHours: number;
  /** How many of them must be from a group, by its name. */
  groups?: Readonly<Record<string, number>>;
  /** For how long votes that are enough may still be withdrawn, in seconds. Default 0. */
  undoSeconds?: number;
  /** Whether voters get a receipt as a direct message. */
  receipts?: boolean;
  /** An approval counts only once its voter has confirmed it there. */
  confirm?: 'direct-message';
}

/** A model as declared in the workspace. */
export interface ModelSpec {
  name: string;
  summary: string;
  /** The channel for its messages. */
  channel: string;
  /** The same channel on every enabled adapter. */
  homes: readonly Address[];
  /** What it predicts. */
  task: Task;
  /** The classes: as declared, or as the version in question knows them. */
  classes?: Classes | undefined;
  features: FeatureSchema;
  /** Replaces a category that is null, for the model and in profiles. */
  nullCategory: string;
  label: string;
  /** Of the label, e.g. `minutes`: shown beside metrics that have it. */
  unit?: string | undefined;
  programs: { dataset: Argv; train: Argv };
  parameters: Record<string, Parameter>;
  training: {
    window: Window;
    timeoutMinutes: number;
    /** How much the program may print. */
    outputBytes: number;
    /** The engine, by its name; undefined: `process`. */
    on?: string | undefined;
    /** What it wants of engines, by their names. */
    engines?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
  /** Number of days right after the training window on which a version is evaluated. */
  evaluation: {
    days: number;
    primary: readonly string[];
    margin?: Margin | undefined;
    /** What errors cost, for a yes-or-no model. */
    cost?: Cost | undefined;
  };
  /** What looking for a better model may use; default: `USUAL_PROBE`. */
  probe?: ProbeBudget;
  /** What a version must meet before anyone is asked to vote. */
  gates: readonly GateSpec[];
  approval: ApprovalRule;
  monitors: readonly MonitorSpec[];
  /** Where new data of it is looked for. */
  data?: readonly DataSource[];
  /** When it is trained without anybody asking. */
  retrain?: RetrainPolicy;
  /** What it goes through from new data to its rollout; undefined: all steps. */
  pipeline?: PipelineSpec;
  /** How a version replaces the live one; undefined: at once. */
  rollout?: RolloutPlan | undefined;
  /** What serves it besides the gateway. */
  targets?: readonly TargetSpec[];
  /** Who is called about alerts, and when. */
  alerting?: Alerting;
  /** Rules that differ in an environment, by its name: see `specIn`. */
  environments?: Readonly<Record<string, Partial<EnvironmentRules>>>;
  /** The folder in which its programs run. */
  folder: string;
}

/** What can differ between environments. */
type EnvironmentRules = Pick<
  ModelSpec,
  'channel' | 'homes' | 'approval' | 'monitors' | 'gates' | 'rollout' | 'alerting' | 'targets'
>;

/** The model in an environment: its channel, approval rule, gates and monitors there. */
export function specIn(spec: ModelSpec, environment: string): ModelSpec {
  const { environments = {} } = spec;
  return Object.hasOwn(environments, environment)
    ? { ...spec, ...environments[environment] }
    : spec;
}

/** Everything that serves the model in an environment: the gateway, and what is configured. */
export const targetsIn = (spec: ModelSpec, environment: string): readonly TargetSpec[] => [
  GATEWAY,
  ...(specIn(spec, environment).targets ?? []),
];

export interface Models {
  list(): ModelSpec[];
  /** Throws NotFound with the closest name. */
  get(name: string): ModelSpec;
}

export interface Environments {
  /** The default: for addresses without an environment, and for data from before there were several. */
  readonly first: string;
  /** In the order of the configuration. */
  list(): readonly string[];
  /** The named environment, or the first if none is named. Throws NotFound with the existing names. */
  get(name: string | undefined): string;
}
