import type { Account, Link } from '../people.ts';

/** Accounts that people linked themselves, besides the ones that the configuration lists. */
export interface Links {
  list(): Promise<Link[]>;
  /** `code` makes whoever says it from another account the same person, until then and once. */
  offer(code: string, person: string, until: Date): Promise<void>;
  /** Whose code it was; the same account gets the same answer again. Undefined where it opens nothing. */
  redeem(code: string, by: Account): Promise<string | undefined>;
  /** Replaces what was linked to that account before. */
  add(link: Link): Promise<void>;
  /** False where nothing was linked. */
  remove(account: Account): Promise<boolean>;
}
