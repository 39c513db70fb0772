import { judge } from '../../src/approvals/judge.ts';
import { approvalData, approvalState, approvalSubject } from '../../src/cards/approval.ts';
import { plural } from '../../src/cards/words.ts';
import type { Asking } from '../../src/core/command.ts';
import { Refused } from '../../src/core/errors.ts';
import { couldBeSame, type People, type Person } from '../../src/core/people.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import { type Reply, whisper } from '../../src/core/reply.ts';
import type { Needs } from '../../src/core/world.ts';

type Parts = Needs<'approvals' | 'replies' | 'audit' | 'people' | 'clock'>;

/**
 * One person's vote, and the decision if it was the one that was missing. The vote is bound to the
 * request, its version and its evidence; the same event twice is one vote.
 */
export async function castVote(
  id: string,
  verdict: Vote['verdict'],
  needs: Parts,
  asking: Asking,
): Promise<{ approval: Approval; reply: Reply }> {
  const { approvals, audit, clock } = needs;
  const { by, from, account, byReaction } = asking;
  const before = await approvals.get(id);
  requireMayVote(before, by, needs.people, clock.now());
  if (verdict === 'approve') requireKnownAsker(before, needs.people);
  if (verdict === 'approve') requireSomebodyElse(before, by, needs.people);
  // A vote from before an account was linked is theirs still: this one takes its place.
  const earlier = before.votes.find(({ person }) => isNow(person, by, needs.people));
  const vote: Vote = {
    person: earlier?.person ?? by.id,
    verdict,
    at: clock.now(),
    via: from.platform,
    ...(byReaction && { byReaction: account }),
  };
  const voted = await approvals.vote(id, vote);
  if (!voted) throw closed(await approvals.get(id));
  await audit.record({
    id: `vote-${from.platform}-${asking.id}`,
    by: by.id,
    action: `approval.${verdict}`,
    subject: id,
    model: voted.model,
    via: from.platform,
    after: { verdict, evidence: voted.evidence?.digest ?? null, version: voted.version },
  });
  const decided = await decide(voted, needs);
  await echo(decided, by, verdict, needs, asking.id);
  const title = `Your vote on ${decided.model} v${decided.version} counts: ${standing(decided)}.`;
  return {
    approval: decided,
    reply: whisper({ title, tone: 'success' }, { approval: approvalData(decided) }),
  };
}

function requireMayVote(approval: Approval, by: Person, people: People, now: Date): void {
  const asked = people.byId(approval.requestedBy);
  const own = isNow(approval.requestedBy, by, people);
  if (!own && asked && couldBeSame(asked, by))
    throw new Refused(
      `Nothing says that ${by.name} and ${asked.name}, who asked for it, are two people, so the vote does not count.`,
      {
        next: 'Ask an admin to list both accounts under "people" in the workspace configuration.',
      },
    );
  if (own)
    throw new Refused(
      `You asked for ${approval.model} v${approval.version} yourself, so your vote does not count.`,
      {
        next: 'Somebody else with the role approver must look at it.',
      },
    );
  if (approval.status === 'checking')
    throw new Refused(`The gates of ${approval.id} are still being judged.`, {
      next: 'Vote when the evidence is there.',
    });
  if (approval.status !== 'open') throw closed(approval);
  if (approval.expiresAt && approval.expiresAt <= now)
    throw new Refused(`${approval.id} has expired.`, {
      next: `/promote ${approval.model} ${approval.version} asks again.`,
    });
}

/** Nothing tells who votes from somebody whom nobody knows any more. */
function requireKnownAsker({ requestedBy, model, version }: Approval, people: People): void {
  if (people.byId(requestedBy)) return;
  throw new Refused(
    `${requestedBy}, who asked for ${model} v${version}, is nobody of this workspace any more, so it cannot be approved.`,
    { next: 'Reject it, and ask again.' },
  );
}

/** Two approvals are two people's: whoever votes by two accounts that nobody linked is still one. */
function requireSomebodyElse({ votes }: Approval, by: Person, people: People): void {
  for (const { person, verdict } of votes) {
    const voted = people.byId(person);
    if (verdict !== 'approve' || isNow(person, by, people)) continue;
    if (!voted || !couldBeSame(voted, by)) continue;
    throw new Refused(
      `Nothing says that ${by.name} and ${voted.name}, who has voted already, are two people, so the vote does not count.`,
      { next: 'Say /link on one of the accounts, or ask an admin to list both under "people".' },
    );
  }
}

/** Whether that id is theirs: their own, or of an account that has been linked to them since. */
function isNow(id: string, by: Person, people: People): boolean {
  return id === by.id || people.byId(id)?.id === by.id;
}

function closed({ id, status }: Approval): Refused {
  return new Refused(`${id} is ${status} already, so nothing was changed.`);
}

/** Reads and judges again while others vote at the same time. */
async function decide(seen: Approval, { approvals }: Needs<'approvals'>): Promise<Approval> {
  let approval = seen;
  for (;;) {
    const decision = approval.status === 'open' ? judge(approval) : undefined;
    if (!decision) return approval;
    const decided = await approvals.decide(approval, decision.status, decision.reason);
    approval = decided ?? (await approvals.get(approval.id));
  }
}

async function echo(
  approval: Approval,
  by: Person,
  verdict: Vote['verdict'],
  { replies, approvals }: Parts,
  key: string,
): Promise<void> {
  const subject = approvalSubject(approval);
  await replies.show(subject, approvalState(approval));
  // Another's vote may have carried it meanwhile, and the deployment must have the last word.
  const now = await approvals.get(approval.id);
  if (now.deployment !== approval.deployment) await replies.show(subject, approvalState(now));
  const did = verdict === 'approve' ? 'approved' : 'rejected';
  await replies.tell(subject, key, {
    title: `${by.name} ${did} ${approval.model} v${approval.version}: ${standing(approval)}.`,
    tone: verdict === 'approve' ? 'success' : 'warning',
  });
}

function standing({ status, votes, needed }: Approval): string {
  const have = votes.filter((vote) => vote.verdict === 'approve').length;
  if (status === 'approved') return 'that is enough, it goes live';
  if (status === 'rejected') return 'the request ends here';
  return `${have} of ${plural(needed, 'approval')}`;
}
