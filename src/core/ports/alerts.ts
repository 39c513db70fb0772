import type { Picture } from '../card.ts';
import type { Causes } from '../causes.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Json } from '../json.ts';
import type { Window } from '../model.ts';
import type { AlertProbe } from '../probe.ts';

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
  /** The version that was live in the newest window. */
  version: number;
  /** The deployment of that version that was live: the one that its button rolls back. */
  deployment?: string;
  status: 'open' | 'acknowledged' | 'resolved';
  severity: 'warn' | 'alert';
  /** What the alerts of its kind mean. */
  grade: Grade;
  /** From the window that raised it to the newest that confirmed it. */
  window: Window;
  /** The newest window that confirmed it. */
  newest: Window;
  /** How many windows confirmed it. */
  windows: number;
  /** Names of what has a problem in the newest of them. */
  signals: string[];
  /** How large the problem was in the newest evaluated windows, oldest first, in the measure of its kind. */
  sizes: number[];
  /** What its thread was told last. Missing if it was raised before alerts had this. */
  told?: { signals: string[]; size: number };
  /** Silenced by a person: `until` a time, or until it changes. */
  snooze?: Snooze;
  /** When the people on call are called, if nobody acknowledges it first. */
  escalation?: {
    due: Date;
    /** Decided, so that nobody is called twice. */
    at?: Date;
    /** False from the decision until it is told. */
    told?: boolean;
  };
  /** A rollback that did not end it. */
  carried?: { from: number; deployment: string };
  /** What explains the newest window. Missing if it could not be looked for. */
  causes?: Causes;
  /** Whether other models would do better, as last looked for. */
  probe?: AlertProbe;
  /** What was found, in the form of the monitor's kind. */
  evidence: Json;
  pictures: Picture[];
  openedAt: Date;
  acknowledgedBy?: string;
  /** Somebody snoozed it. */
  handled?: boolean;
  resolvedAt?: Date;
  /** It ended because this version went live. */
  replacedBy?: number;
}

interface Snooze {
  /** The ID of a person. */
  by: string;
  at: Date;
  /** Missing: until it changes. */
  until?: Date;
}

/** What one window adds to an alert: `window` is that window. */
export type AlertDraft = Omit<
  Alert,
  | 'status'
  | 'openedAt'
  | 'newest'
  | 'windows'
  | 'told'
  | 'carried'
  | 'snooze'
  | 'escalation'
  | 'handled'
  | 'probe'
>;

export interface Alerts {
  /**
   * Opens an alert, or updates the open one for that endpoint and monitor. The same window again changes
   * nothing.
   * @param escalateAt when the people on call are called, for an alert that is opened by this
   */
  raise(draft: AlertDraft, escalateAt?: Date): Promise<{ alert: Alert; fresh: boolean }>;
  /** The open alert of a monitor. */
  current(endpoint: Endpoint, monitor: string): Promise<Alert | undefined>;
  /** The thread was told this; unless another process told something since `before`. */
  tell(
    id: string,
    before: Alert['told'],
    told: NonNullable<Alert['told']>,
  ): Promise<Alert | undefined>;
  /** An earlier version is live again. Undefined if the alert is resolved, or no longer about `from`. */
  carry(
    id: string,
    from: number,
    live: { version: number; deployment: string },
  ): Promise<Alert | undefined>;
  get(id: string): Promise<Alert>;
  /** The result of a probe. Undefined if the alert is resolved, or has that of a later one. */
  probed(id: string, probe: AlertProbe): Promise<Alert | undefined>;
  acknowledge(id: string, by: string): Promise<Alert>;
  /** Throws Refused if it is resolved. Replaces an earlier snooze. */
  snooze(id: string, snooze: Snooze): Promise<Alert>;
  /** Ends a snooze: this one only, if given. Returns the alert as it is then. */
  wake(id: string, snooze: Snooze | undefined): Promise<Alert>;
  /** Open alerts whose snooze ends by then. */
  snoozedUntil(time: Date): Promise<Alert[]>;
  /** Open alerts whose escalation is due, and those for which it was decided but not told. */
  escalating(time: Date): Promise<Alert[]>;
  /** Decides to call: undefined if somebody took or snoozed the alert, rolled back, or decided before. */
  escalate(id: string, at: Date): Promise<Alert | undefined>;
  escalated(id: string): Promise<void>;
  resolve(id: string, why?: { replacedBy?: number }): Promise<Alert | undefined>;
  /** Open for some of that time; oldest first. */
  during(from: Date, to: Date): Promise<Alert[]>;
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

/** What a monitor found in one window. Only what a later label changes is revised. */
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
  /** A few figures of the verdict, for lists of windows; missing if its kind has none. */
  figures?: Json;
  /** What its kind hands on to the next window; missing if it hands on nothing. */
  state?: Json;
  at: Date;
}

export interface Findings {
  /** Written once for the same monitor, environment, version and window. */
  add(finding: Finding): Promise<void>;
  /** Replaces what was found in a window, unless it was found later (`at`) than this. */
  revise(finding: Finding): Promise<void>;
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
