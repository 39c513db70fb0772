import type { Json } from '../json.ts';

/** Everything that is recorded. A new kind of event is a new line here. */
export const ACTIONS = [
  'account.linked',
  'account.unlinked',
  'alert.acknowledge',
  'alert.escalate',
  'alert.open',
  'alert.probe',
  'alert.snooze',
  'approval.approve',
  'approval.approved',
  'approval.confirmed',
  'approval.expired',
  'approval.reason',
  'approval.rechecked',
  'approval.reject',
  'approval.rejected',
  'approval.superseded',
  'approval.withdrawn',
  'audit.sealed',
  'data.accepted',
  'data.admitted',
  'data.discarded',
  'data.quarantined',
  'deployment.failed',
  'deployment.live',
  'deployment.rollback',
  'deployment.undeploy',
  'drill.failed',
  'drill.passed',
  'endpoint.hold',
  'endpoint.resume',
  'endpoint.unlock',
  'freeze.begin',
  'freeze.end',
  'gate.override',
  'key.revoke',
  'note.add',
  'oncall.back',
  'oncall.handover',
  'pipeline.end',
  'pipeline.restart',
  'pipeline.start',
  'promotion.refused',
  'promotion.requested',
  'proposal.accept',
  'proposal.dismiss',
  'proposal.expired',
  'proposal.file',
  'retraining.end',
  'retraining.start',
  'rollout.begin',
  'rollout.end',
  'rollout.pause',
  'rollout.resume',
  'rollout.step',
  'run.cancel',
  'subscription.add',
  'subscription.remove',
  'target.adopt',
  'target.apply',
  'target.ask',
  'target.begin',
  'target.drift',
  'target.failed',
  'target.remove',
  'target.repair',
  'target.synced',
  'target.unseen',
  'ticket.issue',
  'ticket.take-over',
  'version.quarantine',
  'version.register',
  'webhook.replay',
  'webhook.resume',
] as const;

/** `command.train`: someone called the command; its effects are separate events. */
type AuditAction = (typeof ACTIONS)[number] | `command.${string}`;

/** The ID of the event that a command was called, by the event that called it. */
export const calledBy = (platform: string, event: string): string => `command-${platform}-${event}`;

/** Who changed what, when, and from which chat, with the state before and after. */
export interface AuditDraft {
  /** The same ID is recorded once. */
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

/** The last event of the chain: with it one can check whether anything up to it was changed. */
export interface AuditHead {
  sequence: number;
  /** SHA-256 in hexadecimal. */
  hash: string;
}

export interface AuditEvent extends Omit<AuditDraft, 'action'>, AuditHead {
  at: Date;
  /** Earlier releases may have recorded others. */
  action: string;
  /** The hash of the previous event. */
  previous: string;
}

/** An append-only chain: each event contains the hash of the previous one. */
export interface Audit {
  /** Appends the event, once per ID. Stored when it returns. */
  append(event: AuditDraft): Promise<void>;
  /** By its ID; undefined if nothing was recorded under it. */
  find(id: string): Promise<AuditEvent | undefined>;
  /** Newest first. */
  list(filter: {
    model?: string;
    subject?: string;
    by?: string;
    action?: AuditAction;
    limit?: number;
  }): Promise<AuditEvent[]>;
  /** Behind a place in the chain, oldest first. */
  after(sequence: number, limit: number): Promise<AuditEvent[]>;
  /** Undefined if there are no events. */
  head(): Promise<AuditHead | undefined>;
}
