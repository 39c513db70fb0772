import type { Json } from '../json.ts';

/** Who did what to what, when, from which chat; how it was and how it is. Only ever added to. */
export interface AuditEvent {
  /** The same id is written once. */
  id: string;
  at: Date;
  by: string;
  action: string;
  subject: string;
  model?: string;
  via: string;
  before?: Json;
  after?: Json;
}

export interface Audit {
  record(event: Omit<AuditEvent, 'at'>): Promise<void>;
  list(filter: { model?: string; subject?: string; limit?: number }): Promise<AuditEvent[]>;
}
