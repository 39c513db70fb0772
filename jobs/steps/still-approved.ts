import { notCountedInWords } from '../../src/cards/approval.ts';
import { Refused } from '../../src/core/errors.ts';
import type { Needs } from '../../src/core/world.ts';
import { judge } from '../../src/release/policy.ts';

export type StillApproved = Needs<'approvals' | 'people' | 'links' | 'models'>;

/**
 * Counts the votes once more, with the people, accounts and configuration of this moment. Between the last vote
 * and the switch a role may have been removed or an account linked.
 * @throws Refused if the request would not be approved now
 */
export async function requireStillApproved(
  id: string,
  { approvals, people, links, models }: StillApproved,
): Promise<void> {
  people.replaceLinks(await links.list());
  const approval = await approvals.get(id);
  const ruling = judge(approval, { people, models });
  if (approval.status === 'approved' && ruling.status === 'approved') return;
  const { model, version, environment } = approval;
  const name = `${model} v${version}`;
  if (approval.status !== 'approved')
    throw new Refused(`${id} is not approved, so ${name} was not deployed.`);
  const doubts = notCountedInWords(ruling);
  throw new Refused(
    `${id} is no longer approved, so ${name} was not deployed. ${doubts} ${ruling.reason}`,
    { next: `Use /promote ${model} ${version} --to ${environment} to request again.` },
  );
}
