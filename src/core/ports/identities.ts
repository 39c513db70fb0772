import type { Address } from '../address.ts';
import type { Identity } from '../people.ts';

/** Who an account is at this moment: asked of its platform, never remembered. */
export interface Identities {
  /**
   * With the groups of now; undefined where it is no member there any more. Accounts of a platform that
   * has no groups are given back as they are.
   * @param from where it spoke: what a role is given in, e.g. a server, may follow from it
   * @throws Unreachable where the platform does not say, or not in time
   */
  now(account: Identity, from: Address): Promise<Identity | undefined>;
}
