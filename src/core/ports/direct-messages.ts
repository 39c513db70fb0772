import type { Address } from '../address.ts';
import type { Account } from '../people.ts';

/** Where messages can go later: conversations between one person and the bot, and channels. */
export interface DirectMessages {
  /**
   * Where messages to that account go. The same conversation each time.
   * @throws Refused if its platform has no direct messages; Unreachable if this process has no adapter to it
   */
  open(account: Account): Promise<Address>;
  /**
   * The channel of a call, outside of its threads.
   * @throws Refused if it ends with the call, as on the terminal; Unreachable as `open`
   */
  channelOf(from: Address): Address;
}
