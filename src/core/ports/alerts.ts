import type { Picture } from '../card.ts';
import type { Json } from '../json.ts';

export interface Alert {
  id: string;
  model: string;
  monitor: string;
  version: number;
  /** Of that version, the deployment that was live: what its button rolls back. */
  deployment?: string;
  status: 'open' | 'acknowledged' | 'resolved';
  severity: 'warn' | 'alert';
  summary: string;
  /** The window that raised it, and the newest that kept it up. */
  window: { from: Date; to: Date };
  evidence: Json;
  pictures: Picture[];
  openedAt: Date;
  acknowledgedBy?: string;
  resolvedAt?: Date;
}

export interface Alerts {
  /** Opens one, or refreshes the one that is open for that monitor and version. */
  raise(draft: Omit<Alert, 'status' | 'openedAt'>): Promise<{ alert: Alert; fresh: boolean }>;
  current(model: string, monitor: string, version: number): Promise<Alert | undefined>;
  get(id: string): Promise<Alert>;
  acknowledge(id: string, by: string): Promise<Alert>;
  resolve(id: string): Promise<Alert | undefined>;
  list(filter: { model?: string; includeResolved?: boolean; limit?: number }): Promise<Alert[]>;
}

/** What a monitor found in one window. Immutable. */
export interface Finding {
  /** `flights/drift` */
  monitor: string;
  version: number;
  window: { from: Date; to: Date };
  status: 'ok' | 'warn' | 'alert' | 'insufficient data';
  /** Names of what drifted. */
  drifted: string[];
  detail: Json;
  at: Date;
}

export interface Findings {
  /** The same monitor, version and window is written once. */
  add(finding: Finding): Promise<void>;
  /** Newest window first; with `until`, of windows that end by then. */
  recent(
    monitor: string,
    version: number | undefined,
    limit: number,
    until?: Date,
  ): Promise<Finding[]>;
}
