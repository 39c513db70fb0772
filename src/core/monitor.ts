import type { z } from 'zod';
import type { Table } from './card.ts';
import type { Json } from './json.ts';
import type { ModelSpec, MonitorSpec, Window } from './model.ts';
import type { FindingStatus, Grade } from './ports/alerts.ts';
import type { Artifacts } from './ports/artifacts.ts';
import type { Chart } from './ports/charts.ts';
import type { PredictionReader } from './ports/predictions.ts';
import type { TrafficReader } from './ports/traffic.ts';
import type { Versions } from './ports/versions.ts';
import type { ProfileReader } from './ports/windows.ts';
import type { Task } from './task.ts';

/** What a monitor may read to measure a window. */
export interface Measures {
  profiles: Pick<ProfileReader, 'within' | 'buckets'>;
  predictions: PredictionReader;
  traffic: TrafficReader;
  versions: Pick<Versions, 'evaluation' | 'resolve'>;
  artifacts: Pick<Artifacts, 'read'>;
}

/** What is monitored: one version of a model in an environment. */
export interface Watched {
  environment: string;
  model: Pick<ModelSpec, 'name' | 'features' | 'task' | 'classes' | 'unit'>;
  version: number;
}

/** One measured window. `M` is plain JSON and always includes the number of rows. */
export interface Measurement<M> {
  window: Window;
  measured: M;
}

/** One figure of a window, for charts over time. */
export interface Trace {
  /** Traces of one subject share a chart, also with those of other monitors: `auc`, `psi`. */
  subject: string;
  /** The subject as a title, with its unit: `AUC`, `Latency (ms)`. */
  title: string;
  /** The line, or the row of a heat map: `measured`, `p99`, `distance`. */
  name: string;
  value: number;
  /** Its band, in the unit of `value`. */
  low?: number | undefined;
  high?: number | undefined;
  /** At the evaluation of the version. */
  evaluated?: number | undefined;
  /** From here on it counts as a problem. */
  limit?: number | undefined;
}

/** The result of all windows up to the newest. */
export interface Verdict<E> {
  /** Only `alert` opens a message. `insufficient data`: the newest window could not be evaluated. */
  status: FindingStatus;
  /** Names of what has a problem, confirmed by earlier windows. */
  signals: string[];
  /**
   * An open alert may be resolved: the newest windows were evaluated, and no problem was found in any of
   * them.
   */
  over: boolean;
  /** What an alert stores: the figures for its text and its table. */
  evidence: E;
  /**
   * Handed to the next window's judge, and stored with the finding. Without one, the next judge gets the same state as
   * this one.
   */
  state?: Json;
  /** A few figures of the verdict, stored with the finding for lists of windows. */
  figures?: Json;
}

/** The text of an alert. Plain text: adapters escape it. */
export interface Report {
  title: string;
  /** What was found, in which windows, and what it does not tell. One paragraph. */
  summary: string;
  table?: Table;
  /** For a window that changed the alert, and for the newest one where a rollback did not end it. */
  again: { title: string; text: string };
  /** Posted when it is resolved. */
  over: { title: string; text: string };
  /** Confirmation before the model is rolled back because of it. */
  caution: string;
}

/** The parts of an alert that a report needs. */
export interface Alarm {
  model: string;
  monitor: string;
  version: number;
  /** From the window that raised the alert to the newest that confirmed it. */
  window: Window;
  /** The newest of these windows, if the report is about one window. */
  newest?: Window;
}

/** What an alarm is about, by which alarms of several monitors are one alert. */
export interface About {
  /** `columnOf(name)`, `LOSS` or `TRAFFIC` of `subjects.ts`, or a name that other kinds know too. */
  subjects: readonly string[];
  /** When the change began, if the monitor estimates it. */
  since?: Date | undefined;
}

/** A contradiction in a monitor's configuration; without a key it concerns the entire monitor. */
export interface MonitorFault {
  key?: string;
  words: string;
}

/** A monitor opened on a version: measures its windows, and renders what it found. Both are I/O. */
export interface Opened<M, E> {
  /** Undefined if the window cannot be evaluated: a separate result, and never `ok`. */
  measure(window: Window, signal: AbortSignal): Promise<M | undefined>;
  /**
   * Parts of windows that came to have other rows or labels since then, whenever they were: windows with such parts
   * are measured again. Without it, windows are measured once.
   */
  changedSince?(time: Date, signal: AbortSignal): Promise<Window[]>;
  /** For an alert; `history` is oldest first and ends with the window that raised it. */
  charts(evidence: E, history: readonly Measurement<M>[]): Promise<Chart[]>;
}

/** One monitor of the workspace file; its key `kind` distinguishes it from those of other kinds. */
export type MonitorSchema = z.ZodType<Omit<MonitorSpec, 'name'>> & z.core.$ZodTypeDiscriminable;

/**
 * One kind of monitor, with its settings and figures hidden behind JSON, as jobs, cards and the configuration
 * see it. Measuring is I/O; judging is pure and gives the same result again from what was stored.
 */
export interface MonitorKind {
  readonly name: string;
  /** The question it answers, in one line. */
  readonly summary: string;
  /** What its alerts mean. */
  readonly grade: Grade;
  /** The metric whose loss its alerts are about, by name: what a better model would have to be better at. */
  watches(monitor: MonitorSpec, task: Task): string | undefined;
  /** All keys that such a monitor can have in the workspace file. */
  readonly keys: readonly string[];
  /** A monitor of this kind from the workspace file, with defaults filled in. */
  readonly schema: MonitorSchema;
  /** It also evaluates windows without rows, which matter if there usually are some. */
  readonly judgesEmpty: boolean;
  /**
   * What its windows are of: the time of predictions, or the clock of this machine, which goes on without any.
   */
  readonly windowsOf: 'predictions' | 'clock';
  /** It keeps to a budget of false alarms, and states none of its own: it has a share of the model's. */
  sharesBudget(monitor: MonitorSpec): boolean;
  faults(monitor: MonitorSpec, model: Watched['model']): MonitorFault[];
  /** Undefined if there is nothing to compare with, e.g. for a version that was never evaluated. */
  open(
    watched: Watched,
    monitor: MonitorSpec,
    needs: Measures,
  ): Promise<Opened<Json, Json> | undefined>;
  /**
   * `earlier`: windows measured before, oldest first, including those that could not be evaluated. Windows
   * measured by another kind under the same name are left out. `state`: of the verdict before this one, as stored;
   * it may be of another kind under the same name.
   */
  judge(
    latest: Measurement<Json>,
    earlier: readonly Measurement<Json>[],
    monitor: MonitorSpec,
    state?: Json,
  ): Verdict<Json>;
  report(evidence: Json, alarm: Alarm): Report;
  /** What the alarm with this evidence and these signals is about. */
  about(evidence: Json, signals: readonly string[]): About;
  /**
   * How large the problem was in a window; larger is worse. Undefined if the kind has no such measure: then the
   * number of signals counts.
   */
  size(measured: Json, monitor: MonitorSpec): number | undefined;
  /** The most informative figure of a window, for lists of windows; `figures` as its verdict has them. */
  gist(measured: Json, monitor: MonitorSpec, figures?: Json): string | undefined;
  /** What it is charted as. */
  readonly chartedAs: 'lines' | 'heat map';
  /** Its figures of a window, for charts over time; none if the window has too little data. */
  traces(measured: Json, monitor: MonitorSpec): Trace[];
  /** What to know about a monitor beside its newest finding: its budget, or what would help it. A line or two. */
  note(figures: Json | undefined, monitor: MonitorSpec): string | undefined;
}
