import type { Account, Link } from '../people.ts';
import type { AuditDraft } from './audit.ts';

/** Accounts that people linked themselves, in addition to those in the configuration. */
export interface Links {
  list(): Promise<Link[]>;
  /** Whoever enters `code` on another account becomes the same person; valid until then, and once. */
  offer(code: string, person: string, until: Date): Promise<void>;
  /**
   * The owner of the code; the same account gets the same answer again. Undefined if the code is not valid.
   */
  redeem(code: string, by: Account): Promise<string | undefined>;
  /** Replaces an earlier link of that account. `event`: stored with it. */
  add(link: Link, event?: AuditDraft): Promise<void>;
  /** False if there was no link. */
  remove(account: Account, event?: AuditDraft): Promise<boolean>;
}
