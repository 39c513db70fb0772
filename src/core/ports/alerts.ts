import type { Picture } from '../card.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Json } from '../json.ts';

/**
 * What an alert of a kind means. `harm`: a loss was measured or estimated, so the people on call may be mentioned.
 * `inform`: something changed, which need not do harm.
 */
export type Grade = 'harm' | 'inform';

export interface Alert extends Endpoint {
  id: string;
  monitor: string;
  /** The kind of the monitor, which writes the text for `evidence`. */
  kind: string;
  version: number;
  /** The deployment of that version that was live: the one that its button rolls back. */
  deployment?: string;
  status: 'open' | 'acknowledged' | 'resolved';
  severity: 'warn' | 'alert';
  /** What the alerts of its kind mean. */
  grade: Grade;
  /** The window that raised it, and the newest that confirmed it. */
  window: { from: Date; to: Date };
  /** What was found, in the form of the monitor's kind. */
  evidence: Json;
  pictures: Picture[];
  openedAt: Date;
  acknowledgedBy?: string;
  resolvedAt?: Date;
}

export interface Alerts {
  /** Opens an alert, or updates the open one for that endpoint, monitor and version. */
  raise(draft: Omit<Alert, 'status' | 'openedAt'>): Promise<{ alert: Alert; fresh: boolean }>;
  current(endpoint: Endpoint, monitor: string, version: number): Promise<Alert | undefined>;
  get(id: string): Promise<Alert>;
  acknowledge(id: string, by: string): Promise<Alert>;
  resolve(id: string): Promise<Alert | undefined>;
  list(filter: {
    model?: string;
    environment?: string;
    includeResolved?: boolean;
    limit?: number;
  }): Promise<Alert[]>;
}

/**
 * Three of them are results of their own, and never `ok`. `insufficient data`: the window has too few rows.
 * `still learning`: too little is known to compare it with. `held back`: something other than a change explains the
 * window, so it neither confirms nor clears.
 */
export type FindingStatus =
  | 'ok'
  | 'warn'
  | 'alert'
  | 'insufficient data'
  | 'still learning'
  | 'held back';

/** What a monitor found in one window. Immutable. */
export interface Finding {
  /** `flights/drift` */
  monitor: string;
  environment: string;
  version: number;
  window: { from: Date; to: Date };
  status: FindingStatus;
  /** Names of the columns, or of whatever is monitored, that have a problem. */
  signals: string[];
  /** What was measured, in the form of the monitor's kind. */
  detail: Json;
  /** What its kind hands on to the next window; missing if it hands on nothing. */
  state?: Json;
  at: Date;
}

export interface Findings {
  /** Written once for the same monitor, environment, version and window. */
  add(finding: Finding): Promise<void>;
  /** Newest window first, without their states; with `until`, only windows that end by then. */
  recent(
    watched: Pick<Finding, 'monitor' | 'environment'>,
    version: number | undefined,
    limit: number,
    until?: Date,
  ): Promise<Omit<Finding, 'state'>[]>;
  /** The state after the newest window that ends by `until`; undefined if it has none. */
  stateAt(
    watched: Pick<Finding, 'monitor' | 'environment'>,
    version: number,
    until: Date,
  ): Promise<Json | undefined>;
}
