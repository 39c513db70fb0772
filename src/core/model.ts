import type { Address } from './address.ts';
import type { ChampionGate, Classes, Margin, Task } from './task.ts';

/** Names of features and what their values are. Order is the order of declaration. */
export type FeatureSchema = Record<string, 'number' | 'category'>;

/** Half-open: from included, to excluded. */
export interface Window {
  from: Date;
  to: Date;
}

/** One training parameter, as the model declares it. */
export interface Parameter {
  type: 'integer' | 'number' | 'string' | 'boolean';
  summary: string;
  default: number | string | boolean;
  min?: number | undefined;
  max?: number | undefined;
  choices?: readonly string[] | undefined;
}

export type ParameterValues = Record<string, number | string | boolean>;

/** A condition that a version must meet before people are asked. Judged in `src/evaluation/gates.ts`. */
type Gate =
  | { minRows: number }
  | { metric: string; min: number }
  | { metric: string; max: number }
  | ChampionGate;

export interface MonitorSpec {
  name: string;
  /** Its name in `src/monitoring/kinds`. */
  kind: string;
  /** Length of a window of prediction time, in hours. */
  windowHours: number;
  /** When to look whether a window is complete, as node-cron reads it. */
  schedule: string;
  /** Below so many rows a window is insufficient data. */
  minRows: number;
  /** What must hold in `need` of the last `of` windows to be an alarm. */
  need: number;
  of: number;
  /** The keys that its kind alone has, by their names in the file. */
  settings: Readonly<Record<string, unknown>>;
}

/** A program by its argument vector; the first word is looked up on PATH, nothing passes a shell. */
export type Argv = readonly [string, ...string[]];

/** A model as the workspace declares it. */
export interface ModelSpec {
  name: string;
  summary: string;
  /** The channel in which its messages stand. */
  channel: string;
  /** The same channel at every adapter that is open. */
  homes: readonly Address[];
  /** What it predicts. */
  task: Task;
  /** The classes that it tells apart: as they are declared, or as the version in question knows them. */
  classes?: Classes | undefined;
  features: FeatureSchema;
  /** What a category that is null becomes, for the model and in the profiles. */
  nullCategory: string;
  label: string;
  programs: { dataset: Argv; train: Argv };
  parameters: Record<string, Parameter>;
  training: { window: Window; timeoutMinutes: number };
  /** Days right after the training window on which a version is judged. */
  evaluation: { days: number; primary: readonly string[]; margin?: Margin | undefined };
  gates: readonly Gate[];
  approval: { needed: number; expiresHours: number };
  monitors: readonly MonitorSpec[];
  /** What is otherwise in an environment, by its name: see `specIn`. */
  environments?: Readonly<Record<string, Partial<EnvironmentRules>>>;
  /** The folder in which its programs run. */
  folder: string;
}

/** What may be otherwise in each environment. */
type EnvironmentRules = Pick<ModelSpec, 'channel' | 'homes' | 'approval' | 'monitors'>;

/** The model as it is in an environment: its channel, its rule of approval, its monitors. */
export function specIn(spec: ModelSpec, environment: string): ModelSpec {
  const { environments = {} } = spec;
  return Object.hasOwn(environments, environment)
    ? { ...spec, ...environments[environment] }
    : spec;
}

export interface Models {
  list(): ModelSpec[];
  /** Throws NotFound with the nearest name. */
  get(name: string): ModelSpec;
}

export interface Environments {
  /** What names no environment belongs to it: addresses, and data of before there were several. */
  readonly first: string;
  /** In the order of the configuration. */
  list(): readonly string[];
  /** What somebody named; the first where they named none. Throws NotFound with the names there are. */
  get(name: string | undefined): string;
}
