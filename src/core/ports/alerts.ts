import type { Picture } from '../card.ts';
import type { Causes } from '../causes.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Json } from '../json.ts';
import type { BudgetShare, Window } from '../model.ts';
import type { AlertProbe } from '../probe.ts';
import type { AuditDraft } from './audit.ts';

/**
 * What an alert of a kind means. `harm`: a loss was measured or estimated, so the people on call may be mentioned.
 * `inform`: something changed, which need not do harm.
 */
export type Grade = 'harm' | 'inform';

/**
 * What an alarm is about, and between which times that began. Alarms of several monitors with one cause are one alert:
 * `sameCause`.
 */
export interface Cause {
  /** `column distance`, `loss`, `traffic`, … */
  subjects: string[];
  from: Date;
  to: Date;
}

/** What one monitor found of an alert. */
export interface AlertPart {
  monitor: string;
  /** The kind of the monitor, which writes the text for `evidence`. */
  kind: string;
  /** What the alerts of its kind mean. */
  grade: Grade;
  /** What it is about, in the order in which that was found. Missing if it was raised before alerts had causes. */
  about?: Cause[];
  /** When this monitor found it first. Missing if it was raised before alerts had parts. */
  foundAt?: Date;
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
  /** What the thread was told of it last. Missing until it was told that this monitor found it. */
  told?: { signals: string[]; size: number };
  /** What explains the newest window. Missing if it could not be looked for. */
  causes?: Causes;
  /** What was found, in the form of the monitor's kind. */
  evidence: Json;
  pictures: Picture[];
  /** This monitor finds it fine again. `told`: whether the thread knows, or the alert is over with it. */
  over?: { at: Date; told: boolean };
}

/**
 * One cause at one endpoint, with what its leading monitor found: of those that still find something, one that measured
 * a loss comes first, then the one that found it first.
 */
export interface Alert extends Endpoint, AlertPart {
  id: string;
  /** What each monitor found, in the order in which they did. */
  parts: readonly AlertPart[];
  /** The version that was live in the newest window. */
  version: number;
  /** The deployment of that version that was live: the one that its button rolls back. */
  deployment?: string;
  status: 'open' | 'acknowledged' | 'resolved';
  severity: 'warn' | 'alert';
  /** `harm` if any of its monitors measured or estimated a loss. */
  grade: Grade;
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
  /** Whether other models would do better, as last looked for. */
  probe?: AlertProbe;
  /** When it was opened. */
  openedAt: Date;
  acknowledgedBy?: string;
  /** Somebody snoozed it. */
  handled?: boolean;
  resolvedAt?: Date;
  /** It ended because this version went live. */
  replacedBy?: number;
}

export interface Snooze {
  /** The ID of a person. */
  by: string;
  at: Date;
  /** Missing: until it changes. */
  until?: Date;
}

/** What a window of a monitor adds to an alert: `window` is that window. */
export type AlertDraft = Pick<
  Alert,
  'id' | 'model' | 'environment' | 'version' | 'deployment' | 'severity'
> &
  Omit<AlertPart, 'foundAt' | 'newest' | 'windows' | 'told' | 'over'>;

interface Raising {
  /** Whether what was found belongs to an open alert of other monitors. Default: to none. */
  belongsTo?: (alert: Alert) => boolean;
  /** When the people on call are called, if this measures the first loss of the alert. */
  escalateAt?: Date | undefined;
}

export interface Alerts {
  /**
   * Updates the open alert that this monitor takes part in; otherwise adds the monitor to the oldest one that it belongs
   * to; otherwise opens an alert. However many raise at once, each sees what the others raised. The same window again
   * changes nothing. A loss that joins what was no loss ends its acknowledgement and its snooze, which were about less.
   * @returns `fresh`: opened by this draft, now or at an earlier attempt
   */
  raise(draft: AlertDraft, raising?: Raising): Promise<{ alert: Alert; fresh: boolean }>;
  /** The open alert that a monitor takes part in: the one that it still finds, if there are several. */
  current(endpoint: Endpoint, monitor: string): Promise<Alert | undefined>;
  /** The thread was told this of what a monitor found; unless another process told something since `before`. */
  tell(
    id: string,
    monitor: string,
    before: AlertPart['told'],
    told: NonNullable<AlertPart['told']>,
  ): Promise<Alert | undefined>;
  /**
   * These monitors find it fine again. If that is all of them, nothing joins the alert any more. Nobody is called any
   * more for a loss that is over. Returns the alert as it is then; undefined if it is resolved.
   */
  fine(id: string, monitors: readonly string[]): Promise<Alert | undefined>;
  /** The thread was told that a monitor finds it fine again. */
  toldFine(id: string, monitor: string): Promise<void>;
  /** An earlier version is live again. Undefined if the alert is resolved, or no longer about `from`. */
  carry(
    id: string,
    from: number,
    live: { version: number; deployment: string },
  ): Promise<Alert | undefined>;
  get(id: string): Promise<Alert>;
  /** The result of a probe. Undefined if the alert is resolved, or has that of a later one. */
  probed(id: string, probe: AlertProbe): Promise<Alert | undefined>;
  /** `event`: stored with the change. */
  acknowledge(id: string, by: string, event?: AuditDraft): Promise<Alert>;
  /** Throws Refused if it is resolved. Replaces an earlier snooze. */
  snooze(id: string, snooze: Snooze, event?: AuditDraft): Promise<Alert>;
  /** Ends a snooze: this one only, if given. Returns the alert as it is then. */
  wake(id: string, snooze: Snooze | undefined, event?: AuditDraft): Promise<Alert>;
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
  /** Its share of the model's budget then: a window that is judged again keeps it. */
  budget?: BudgetShare;
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
