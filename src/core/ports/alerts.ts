import type { Picture } from '../card.ts';
import type { Endpoint } from '../endpoint.ts';
import type { Json } from '../json.ts';

export interface Alert extends Endpoint {
  id: string;
  monitor: string;
  /** Of the monitor: it words what stands in `evidence`. */
  kind: string;
  version: number;
  /** Of that version, the deployment that was live: what its button rolls back. */
  deployment?: string;
  status: 'open' | 'acknowledged' | 'resolved';
  severity: 'warn' | 'alert';
  /** The window that raised it, and the newest that kept it up. */
  window: { from: Date; to: Date };
  /** What was found, as the monitor's kind reads it. */
  evidence: Json;
  pictures: Picture[];
  openedAt: Date;
  acknowledgedBy?: string;
  resolvedAt?: Date;
}

export interface Alerts {
  /** Opens one, or refreshes the one that is open for that endpoint, monitor and version. */
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

/** `insufficient data`: nothing could be judged, which is never `ok`. */
export type FindingStatus = 'ok' | 'warn' | 'alert' | 'insufficient data';

/** What a monitor found in one window. Immutable. */
export interface Finding {
  /** `flights/drift` */
  monitor: string;
  environment: string;
  version: number;
  window: { from: Date; to: Date };
  status: FindingStatus;
  /** Names of the columns, or whatever else is watched, that are not as they should be. */
  signals: string[];
  /** What was measured, as the monitor's kind reads it. */
  detail: Json;
  at: Date;
}

export interface Findings {
  /** The same monitor, environment, version and window is written once. */
  add(finding: Finding): Promise<void>;
  /** Newest window first; with `until`, of windows that end by then. */
  recent(
    watched: Pick<Finding, 'monitor' | 'environment'>,
    version: number | undefined,
    limit: number,
    until?: Date,
  ): Promise<Finding[]>;
}
