import type { AuditDraft } from './audit.ts';

/** An event that was stored with the change it is about, in the same write. */
interface DueEvent {
  event: AuditDraft;
  /** The document that has it. */
  of: { collection: string; id: string };
}

/**
 * Events of changes that people made. Whoever makes the change appends the event right after it; should they die in
 * between, it is still here.
 */
export interface DueEvents {
  /**
   * At most 500, also those that are in the audit log already.
   * @param of the ID of a document, for its events only
   */
  list(of?: string): Promise<DueEvent[]>;
  /** It is in the audit log: the document need not keep it. */
  done(event: DueEvent): Promise<void>;
}
