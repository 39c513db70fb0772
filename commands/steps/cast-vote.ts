import { recordDecision } from '../../jobs/steps/record-decision.ts';
import { recordDue } from '../../jobs/steps/record-due.ts';
import { settle } from '../../jobs/steps/settle.ts';
import { showVotes } from '../../jobs/steps/show-votes.ts';
import { recheckIfStale } from '../../jobs/steps/supersede.ts';
import { approvalData, approvalSubject } from '../../src/cards/approval.ts';
import { notCountedInWords } from '../../src/cards/votes.ts';
import type { Asking } from '../../src/core/command.ts';
import { Refused } from '../../src/core/errors.ts';
import { clockTime, plural } from '../../src/core/figures.ts';
import type { Person } from '../../src/core/people.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import type { AuditDraft } from '../../src/core/ports/audit.ts';
import { ephemeral, type Reply } from '../../src/core/reply.ts';
import type { Needs } from '../../src/core/world.ts';
import { askedNow, type Ruling } from '../../src/release/policy.ts';
import { askToConfirm, confirmationOf } from './confirmation.ts';
import { sendReceipt } from './receipt.ts';
import { closed, isNow, requireNotFrozen, requireWouldCount } from './vote-guards.ts';

export type VoteParts = Needs<
  | 'approvals'
  | 'deployments'
  | 'endpoints'
  | 'replies'
  | 'audit'
  | 'dueEvents'
  | 'people'
  | 'models'
  | 'identities'
  | 'freezes'
  | 'jobs'
  | 'directMessages'
  | 'clock'
  | 'witness'
>;

/**
 * Stores one person's vote, and decides the request if it was the last one needed. The vote is bound to the
 * request, its version and its evidence; the same event twice is one vote.
 */
export async function castVote(
  id: string,
  verdict: Vote['verdict'],
  needs: VoteParts,
  asking: Asking,
  reason?: string,
): Promise<{ approval: Approval; reply: Reply }> {
  const { approvals, audit, clock } = needs;
  const { by, from, account, byReaction } = asking;
  // Earlier votes first, in their order; this call may be one of them, if a process died before it could answer.
  await recordDue(needs, id);
  const before = await approvals.get(id);
  const endpoint = await needs.endpoints.get(before);
  // A vote from before the account was linked belongs to the same person: this one replaces it.
  const earlier = before.votes.find(({ person }) => isNow(person, by, needs.people));
  const call = `vote-${from.platform}-${asking.id}`;
  const wasDone = (await audit.find(call)) !== undefined;
  if (wasDone && before.status !== 'open' && earlier?.verdict === verdict) {
    // Its vote decided the request, and nobody was told.
    await recordDecision(before, needs);
    return afterVote(before, verdict, needs, asking);
  }
  // The vote has been withdrawn or replaced since.
  const isAgain = wasDone && earlier?.verdict !== verdict;
  // An emoji that is on the message now is another vote.
  if (isAgain && !byReaction && before.status === 'open')
    return afterVote(before, verdict, needs, asking);
  const draft: Vote = {
    person: earlier?.person ?? by.id,
    verdict,
    at: clock.now(),
    via: from.platform,
    cast: { by: account, from },
    asked: askedNow(before, { models: needs.models, endpoint }),
    ...(reason !== undefined && { reason }),
    ...(byReaction && { byReaction: account }),
  };
  requireWouldCount(before, earlier, draft, by, needs);
  if (verdict === 'approve') await requireNotFrozen(before, needs);
  if (verdict === 'approve' && (await recheckIfStale(before, needs)))
    throw new Refused(
      `Another version has gone live since the gates of ${id} were checked, so they are checked again.`,
      { next: 'Vote when the results are in.' },
    );
  // Before the vote is stored: whoever cannot be asked cannot approve.
  const asks = verdict === 'approve' ? await confirmationOf(before, account, needs) : undefined;
  const vote: Vote = { ...draft, ...(asks && { confirm: asks.asked }) };
  const receipt = needs.witness.receipt(before, vote);
  const { model, environment, version } = before;
  const event: AuditDraft = {
    ...{ id: isAgain ? `${call}-${vote.at.getTime()}` : call, by: by.id },
    action: `approval.${verdict}`,
    ...{ subject: id, model, environment, via: from.platform },
    after: {
      ...{ verdict, evidence: before.evidence?.digest ?? null, version },
      at: vote.at.toISOString(),
      ...(reason !== undefined && { reason }),
    },
  };
  const voted = await approvals.vote(id, { ...vote, receipt }, event);
  if (!voted) throw closed(await approvals.get(id));
  await audit.append(event);
  if (asks) await askToConfirm(voted, vote, asks, needs);
  return afterVote(voted, verdict, needs, asking);
}

/** Decides the request if the votes are enough, and tells the voter and everybody else how they count. */
export async function afterVote(
  voted: Approval,
  verdict: Vote['verdict'],
  needs: VoteParts,
  asking: Asking,
): Promise<{ approval: Approval; reply: Reply }> {
  const { by } = asking;
  const { approval, ruling } = await settle(voted, needs);
  const stored = approval.votes.find(({ person }) => isNow(person, by, needs.people));
  if (stored?.verdict !== verdict)
    return { approval, reply: withData(approval, overtaken(approval, stored, ruling)) };
  await echo(approval, ruling, by, verdict, needs, asking.id);
  const mine = ruling.notCounted.find(({ vote }) => isNow(vote.person, by, needs.people));
  if (mine?.code === 'unconfirmed')
    return { approval, reply: withData(approval, toConfirm(approval)) };
  await sendReceipt(approval, stored, asking, needs);
  const reply = mine
    ? ephemeral({ title: notCountedInWords({ notCounted: [mine] }), tone: 'warning' })
    : ephemeral({
        title: `Your vote on ${approval.model} v${approval.version} was counted: ${standing(approval, ruling)}.`,
        tone: 'success',
      });
  return { approval, reply: withData(approval, reply) };
}

/** The vote is stored, and waits. */
const toConfirm = ({ model, version }: Approval): Reply =>
  ephemeral({
    title: `Your vote on ${model} v${version} needs your confirmation: press the button in the direct message from the bot.`,
    text: 'It does not count before that.',
    tone: 'warning',
  });

const withData = (approval: Approval, reply: Reply): Reply => ({
  ...reply,
  data: { approval: approvalData(approval) },
});

/** The same person voted otherwise, or withdrew, at the same moment: only what is stored counts. */
function overtaken(approval: Approval, stored: Vote | undefined, ruling: Ruling): Reply {
  const vote = `Your vote on ${approval.model} v${approval.version}`;
  const title = stored
    ? `${vote} does not count: you voted to ${stored.verdict} at the same moment, and that vote is stored.`
    : `${vote} does not count: you withdrew it at the same moment.`;
  return ephemeral({ title, text: `The request: ${standing(approval, ruling)}.`, tone: 'warning' });
}

async function echo(
  approval: Approval,
  ruling: Ruling,
  by: Person,
  verdict: Vote['verdict'],
  needs: VoteParts,
  key: string,
): Promise<void> {
  await showVotes(approval, needs);
  const did = verdict === 'approve' ? 'approved' : 'rejected';
  await needs.replies.tell(approvalSubject(approval), key, {
    title: `${by.name} ${did} ${approval.model} v${approval.version}: ${standing(approval, ruling)}.`,
    tone: verdict === 'approve' ? 'success' : 'warning',
    ...(ruling.notCounted.length > 0 && { text: notCountedInWords(ruling) }),
  });
}

function standing({ status, settlesAt }: Approval, ruling: Ruling): string {
  const { approvals, needed, missing } = ruling;
  if (status === 'approved') return 'approved, deploying now';
  if (status === 'open' && settlesAt)
    return `approved, and goes live at ${clockTime(settlesAt)} UTC unless a vote is withdrawn`;
  const [group] = Object.keys(missing);
  if (approvals.length >= needed && group !== undefined)
    return `${plural(missing[group] ?? 0, 'approval')} from ${group} missing`;
  if (status === 'rejected') return 'the request is closed';
  return `${approvals.length} of ${plural(needed, 'approval')}`;
}
