import type { Json } from '../json.ts';

/** Everything that is recorded. A new kind of event is a new line here. */
const ACTIONS = [
  'account.linked',
  'account.unlinked',
  'alert.acknowledge',
  'alert.open',
  'approval.approve',
  'approval.expired',
  'approval.reject',
  'approval.withdrawn',
  'audit.sealed',
  'deployment.failed',
  'deployment.live',
  'deployment.rollback',
  'deployment.undeploy',
  'promotion.refused',
  'promotion.requested',
  'run.cancel',
  'version.quarantine',
  'version.register',
] as const;

/** `command.train`: somebody gave the command; what came of it are events of their own. */
type AuditAction = (typeof ACTIONS)[number] | `command.${string}`;

/** Who did what to what, when, from which chat; how it was and how it is. */
export interface AuditDraft {
  /** The same id is recorded once. */
  id: string;
  by: string;
  action: AuditAction;
  subject: string;
  model?: string;
  environment?: string;
  via: string;
  before?: Json;
  after?: Json;
}

/** The last event of the chain: whoever knows it can tell whether anything up to it was changed. */
export interface AuditHead {
  sequence: number;
  /** SHA-256 in hexadecimal. */
  hash: string;
}

export interface AuditEvent extends Omit<AuditDraft, 'action'>, AuditHead {
  at: Date;
  /** Of earlier releases there may be others. */
  action: string;
  /** The hash of the event before. */
  previous: string;
}

/** A chain that is only ever added to: each event holds the hash of the one before. */
export interface Audit {
  /** Adds the event to the end, once per id. Stored when it returns. */
  append(event: AuditDraft): Promise<void>;
  /** Newest first. */
  list(filter: {
    model?: string;
    subject?: string;
    by?: string;
    limit?: number;
  }): Promise<AuditEvent[]>;
  /** Undefined while there is no event. */
  head(): Promise<AuditHead | undefined>;
}
