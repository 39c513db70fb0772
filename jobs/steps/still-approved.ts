import { notReleased } from '../../src/cards/not-released.ts';
import { Refused } from '../../src/core/errors.ts';
import type { DeployOrder } from '../../src/core/ports/deployments.ts';
import type { Needs } from '../../src/core/world.ts';
import { mayNotGoLive } from '../../src/release/policy.ts';

export type StillApproved = Needs<'approvals' | 'people' | 'links' | 'models'>;

/**
 * Asks the release policy, with the people, accounts and configuration of this moment. Between the last vote
 * and the switch a role may have been removed or an account linked.
 * @throws Refused if the version may not go live now
 */
export async function requireStillApproved(
  order: DeployOrder,
  { approvals, people, links, models }: StillApproved,
): Promise<undefined> {
  people.replaceLinks(await links.list());
  const approval = await approvals.get(order.approval);
  const objection = mayNotGoLive(order, approval, { people, models });
  if (!objection) return undefined;
  const { model, version, environment } = order;
  throw new Refused(
    notReleased(objection, `${model} v${version} was not deployed`),
    objection.ruling && {
      next: `Use /promote ${model} ${version} --to ${environment} to request again.`,
    },
  );
}
