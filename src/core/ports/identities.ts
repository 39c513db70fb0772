import type { Address } from '../address.ts';
import type { Identity } from '../people.ts';

/** Current information about an account: asked of its platform, never cached. */
export interface Identities {
  /**
   * The account with its current groups; undefined if it is no longer a member. Accounts of a platform
   * without groups are returned unchanged.
   * @param from the channel it was used in: where a role applies, e.g. a server, can follow from it
   * @throws Unreachable if the platform does not answer, or not in time
   */
  now(account: Identity, from: Address): Promise<Identity | undefined>;
}
