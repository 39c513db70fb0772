import { holds } from '../../src/core/people.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import type { Needs } from '../../src/core/world.ts';
import { ruleOf } from '../../src/release/policy.ts';

type Parts = Needs<'approvals' | 'people' | 'models' | 'identities'>;

/**
 * Asks the platforms about voters whose role comes from a group there, and stores the answers with the votes,
 * so that decisions are based on what is stored. The groups that came with a vote are those of that moment.
 * People whom the configuration lists as approvers are not asked about.
 */
export async function refreshVotes(seen: Approval, needs: Parts): Promise<Approval> {
  for (let approval = seen; ; ) {
    if (approval.status !== 'open') return approval;
    const asked = await Promise.all(approval.votes.map((vote) => asNow(vote, approval, needs)));
    const changed = asked.filter((vote) => vote !== undefined);
    if (changed.length === 0) return approval;
    const stored = await needs.approvals.refresh(approval, changed);
    if (stored) return stored;
    approval = await needs.approvals.get(approval.id);
  }
}

/** Whether a vote waits until its platform can be asked. */
export const waitsForPlatform = ({ votes }: Approval): boolean =>
  votes.some(({ cast }) => cast?.doubt === 'unasked');

/** The vote with the platform's current answer; undefined if that is stored already. */
async function asNow(
  vote: Vote,
  approval: Approval,
  { people, models, identities }: Parts,
): Promise<Vote | undefined> {
  const { cast } = vote;
  const known = people.byId(vote.person);
  if (!cast || !known) return undefined;
  const { environment } = approval;
  const asVoter = people.of(cast.by, cast.from) ?? known;
  const needed = Object.keys(ruleOf(approval, { models }).groups);
  const through = needed.some(
    (group) => asVoter.groups?.includes(group) && !known.groups?.includes(group),
  );
  // A vote that counts as one of a group through its platform is asked about too.
  if (holds(known, 'approver', environment) && !through) return undefined;
  const { doubt: before, by, from } = cast;
  const could = holds(people.of(by, from) ?? known, 'approver', environment) || before === 'left';
  const now = await askedNow(cast, identities);
  const may =
    now.by !== undefined && holds(people.of(now.by, from) ?? known, 'approver', environment);
  const doubt = now.doubt ?? (could && !may ? 'left' : undefined);
  const fresh = now.by ?? { ...by, groups: [] };
  if (doubt === before && isSame(by, fresh)) return undefined;
  return { ...vote, cast: { by: fresh, from, ...(doubt && { doubt }) } };
}

type Cast = NonNullable<Vote['cast']>;

async function askedNow(
  { by, from }: Cast,
  identities: Parts['identities'],
): Promise<{ by?: Cast['by']; doubt?: 'gone' | 'unasked' }> {
  try {
    const now = await identities.now(by, from);
    return now ? { by: now } : { doubt: 'gone' };
  } catch {
    // Whatever the reason was: without an answer, nothing may be decided.
    return { by, doubt: 'unasked' };
  }
}

function isSame(one: Cast['by'], other: Cast['by']): boolean {
  const groups = ({ groups = [] }: Cast['by']) => groups.toSorted().join(' ');
  return one.external === other.external && groups(one) === groups(other);
}
