import { canonical, sha256 } from '../../core/canonical.ts';
import { type Json, toJson } from '../../core/json.ts';
import type { AuditDraft, AuditHead } from '../../core/ports/audit.ts';

/** An event before it has its place in the chain. */
export interface Unsealed extends Omit<AuditDraft, 'id' | 'action' | 'before' | 'after'> {
  _id: string;
  action: string;
  at: Date;
  before?: unknown;
  after?: unknown;
}

/** Its place, the hash of the previous event, and its own hash over all of these. */
export interface Seal extends AuditHead {
  previous: string;
}

export type AuditRow = Unsealed & Seal;

/** The head before the first event. */
export const BEGINNING: AuditHead = { sequence: 0, hash: '0'.repeat(64) };

/** The seal that links `event` to `head`. It covers every field of the event, its ID and its place. */
export function sealAfter(head: AuditHead, event: Unsealed): Seal {
  const place = { sequence: head.sequence + 1, previous: head.hash };
  return { ...place, hash: hashOf(event, place) };
}

/** SHA-256 of the canonical JSON of the event without its own hash; times are ISO 8601 in UTC. */
export function hashOf(
  { _id: id, at, by, action, subject, model, environment, via, before, after }: Unsealed,
  { sequence, previous }: Omit<Seal, 'hash'>,
): string {
  const covered: Record<string, Json | undefined> = {
    ...{ id, sequence, previous, at: at.toISOString(), by, action, subject, via },
    ...{ model, environment },
    ...(before !== undefined && { before: toJson(before) }),
    ...(after !== undefined && { after: toJson(after) }),
  };
  return sha256(canonical(covered));
}
