import type { Address } from '../address.ts';
import type { Account } from '../people.ts';

/** Conversations between one person and the bot. */
export interface DirectMessages {
  /**
   * Where messages to that account go. The same conversation each time.
   * @throws Refused if its platform has no direct messages; Unreachable if this process has no adapter to it
   */
  open(account: Account): Promise<Address>;
}
