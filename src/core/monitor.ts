import type { z } from 'zod';
import type { Table } from './card.ts';
import type { Json } from './json.ts';
import type { ModelSpec, MonitorSpec, Window } from './model.ts';
import type { FindingStatus } from './ports/alerts.ts';
import type { Artifacts } from './ports/artifacts.ts';
import type { Chart } from './ports/charts.ts';
import type { Versions } from './ports/versions.ts';
import type { ProfileReader } from './ports/windows.ts';

/** What a monitor may read to measure a window. */
export interface Measures {
  profiles: Pick<ProfileReader, 'within' | 'buckets'>;
  versions: Pick<Versions, 'evaluation'>;
  artifacts: Pick<Artifacts, 'read'>;
}

/** What is watched: one version of a model in an environment. */
export interface Watched {
  environment: string;
  model: Pick<ModelSpec, 'name' | 'features'>;
  version: number;
}

/** One window as it was measured. `M` is plain JSON, and always says how many rows the window has. */
export interface Measurement<M> {
  window: Window;
  measured: M;
}

/** What the windows up to the newest one amount to. */
export interface Verdict<E> {
  /** `alert` alone opens a message. `insufficient data`: the newest window could not be judged. */
  status: FindingStatus;
  /** Names of what is not as it should be, confirmed by earlier windows. */
  signals: string[];
  /** An alert that is open may end: the newest windows were judged, and nothing was found in any of them. */
  over: boolean;
  /** What an alert keeps: figures for its words and its table. */
  evidence: E;
}

/** What an alert says. Plain text: adapters escape it. */
export interface Report {
  title: string;
  /** What was found, in which windows, and what it does not tell. One paragraph. */
  summary: string;
  table?: Table;
  /** A line in the alert's thread for each further window. */
  again: { title: string; text: string };
  /** Once it is over. */
  over: { title: string; text: string };
  /** Asked before the model is rolled back because of it. */
  caution: string;
}

/** An alert, as far as a report needs it. */
export interface Alarm {
  model: string;
  monitor: string;
  version: number;
  /** From the window that raised the alert to the newest that kept it up. */
  window: Window;
  /** The newest of these windows, where the report is about one. */
  newest?: Window;
}

/** What cannot be meant in a monitor's configuration; without a key it is about the monitor as a whole. */
export interface MonitorFault {
  key?: string;
  words: string;
}

/** A monitor that was opened on a version: measures its windows, and shows what it found. Both are I/O. */
export interface Opened<M, E> {
  /** Undefined where nothing can be said of the window: a result of its own, and never `ok`. */
  measure(window: Window, signal: AbortSignal): Promise<M | undefined>;
  /** For an alert; `history` is oldest first and ends with the window that raised it. */
  charts(evidence: E, history: readonly Measurement<M>[]): Promise<Chart[]>;
}

/** Of one monitor in the workspace file, told from those of other kinds by its key `kind`. */
export type MonitorSchema = z.ZodType<Omit<MonitorSpec, 'name'>> & z.core.$ZodTypeDiscriminable;

/**
 * One kind of monitor, its settings and figures hidden behind JSON, as jobs, cards and the configuration
 * see it. Measuring is I/O; judging is pure, and gives the same verdict again from what was stored.
 */
export interface MonitorKind {
  readonly name: string;
  /** What it asks, in a line. */
  readonly summary: string;
  /** Every key that such a monitor may have in the workspace file. */
  readonly keys: readonly string[];
  /** A monitor of this kind from the workspace file, defaults filled in. */
  readonly schema: MonitorSchema;
  /** It looks at windows without a row too, which say something where there usually are some. */
  readonly judgesEmpty: boolean;
  faults(monitor: MonitorSpec, model: Watched['model']): MonitorFault[];
  /** Undefined where there is nothing to compare with, e.g. for a version that was never evaluated. */
  open(
    watched: Watched,
    monitor: MonitorSpec,
    needs: Measures,
  ): Promise<Opened<Json, Json> | undefined>;
  /**
   * `earlier`: windows that were measured before, oldest first, also those that could not be judged. What
   * another kind measured under the same name is left out.
   */
  judge(
    latest: Measurement<Json>,
    earlier: readonly Measurement<Json>[],
    monitor: MonitorSpec,
  ): Verdict<Json>;
  report(evidence: Json, alarm: Alarm): Report;
  /** The figure of a window that says most, for a list of windows. */
  gist(measured: Json, monitor: MonitorSpec): string | undefined;
}
