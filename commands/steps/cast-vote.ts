import { settle } from '../../jobs/steps/settle.ts';
import { showVotes } from '../../jobs/steps/show-votes.ts';
import { recheckIfStale } from '../../jobs/steps/supersede.ts';
import { approvalData, approvalSubject } from '../../src/cards/approval.ts';
import { frozenInWords } from '../../src/cards/freeze.ts';
import { notCountedInWords } from '../../src/cards/votes.ts';
import type { Asking } from '../../src/core/command.ts';
import { Refused } from '../../src/core/errors.ts';
import { clockTime, plural } from '../../src/core/figures.ts';
import type { People, Person } from '../../src/core/people.ts';
import type { Approval, Vote } from '../../src/core/ports/approvals.ts';
import { ephemeral, type Reply } from '../../src/core/reply.ts';
import type { Needs } from '../../src/core/world.ts';
import {
  askedNow,
  freezeStatus,
  judge,
  type NotCounted,
  type Ruling,
} from '../../src/release/policy.ts';
import { sendReceipt } from './receipt.ts';

export type VoteParts = Needs<
  | 'approvals'
  | 'deployments'
  | 'endpoints'
  | 'replies'
  | 'audit'
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
  const before = await approvals.get(id);
  const endpoint = await needs.endpoints.get(before);
  // A vote from before the account was linked belongs to the same person: this one replaces it.
  const earlier = before.votes.find(({ person }) => isNow(person, by, needs.people));
  const vote: Vote = {
    person: earlier?.person ?? by.id,
    verdict,
    at: clock.now(),
    via: from.platform,
    cast: { by: account, from },
    asked: askedNow(before, { models: needs.models, endpoint }),
    ...(reason !== undefined && { reason }),
    ...(byReaction && { byReaction: account }),
  };
  requireWouldCount(before, earlier, vote, by, needs);
  if (verdict === 'approve') await requireNotFrozen(before, needs);
  if (verdict === 'approve' && (await recheckIfStale(before, needs)))
    throw new Refused(
      `Another version has gone live since the gates of ${id} were checked, so they are checked again.`,
      { next: 'Vote when the results are in.' },
    );
  const receipt = needs.witness.receipt(before, vote);
  const voted = await approvals.vote(id, { ...vote, receipt });
  if (!voted) throw closed(await approvals.get(id));
  await audit.append({
    id: `vote-${from.platform}-${asking.id}`,
    by: by.id,
    action: `approval.${verdict}`,
    subject: id,
    model: voted.model,
    environment: voted.environment,
    via: from.platform,
    after: {
      ...{ verdict, evidence: voted.evidence?.digest ?? null, version: voted.version },
      at: vote.at.toISOString(),
      ...(reason !== undefined && { reason }),
    },
  });
  const { approval, ruling } = await settle(voted, needs);
  const stored = approval.votes.find(({ person }) => isNow(person, by, needs.people));
  if (stored?.verdict !== verdict)
    return { approval, reply: withData(approval, overtaken(approval, stored, ruling)) };
  await echo(approval, ruling, by, verdict, needs, asking.id);
  await sendReceipt(approval, stored, asking, needs);
  const mine = ruling.notCounted.find(({ vote }) => isNow(vote.person, by, needs.people));
  const reply = mine
    ? ephemeral({ title: notCountedInWords({ notCounted: [mine] }), tone: 'warning' })
    : ephemeral({
        title: `Your vote on ${approval.model} v${approval.version} was counted: ${standing(approval, ruling)}.`,
        tone: 'success',
      });
  return { approval, reply: withData(approval, reply) };
}

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

/** A vote that would not count now is not stored. */
function requireWouldCount(
  before: Approval,
  earlier: Vote | undefined,
  vote: Vote,
  by: Person,
  { people, models, clock }: VoteParts,
): void {
  const votes = [...before.votes.filter((other) => other !== earlier), vote];
  const { notCounted } = judge({ ...before, votes }, { people, models });
  const mine = notCounted.find((one) => one.vote === vote);
  if (mine?.code === 'own' || mine?.code === 'could be the asker') throw notMine(mine, before, by);
  requireOpen(before, clock.now());
  if (mine) throw notMine(mine, before, by);
}

/** An approval in a freeze would let a version go live that nobody looks after. A rejection is always possible. */
async function requireNotFrozen({ environment }: Approval, { freezes, clock }: VoteParts) {
  const frozen = { calendar: freezes.calendar, freezes: await freezes.current() };
  const now = clock.now();
  const words = frozenInWords(freezeStatus(environment, frozen, now), now);
  if (words !== undefined)
    throw new Refused(`${words}, so your vote was not counted.`, { next: 'Vote when it is open.' });
}

function notMine(doubt: NotCounted, approval: Approval, by: Person): Refused {
  const { model, version, requestedBy } = approval;
  switch (doubt.code) {
    case 'own':
      return new Refused(
        `You requested ${model} v${version} yourself, so your vote does not count.`,
        { next: 'Someone else with the approver role must review it.' },
      );
    case 'could be the asker':
      return new Refused(
        `${by.name} and ${doubt.with.name}, who made the request, may be the same person, so the vote does not count.`,
        {
          next: 'Ask an admin to list both accounts under "people" in the workspace configuration.',
        },
      );
    case 'could be another voter':
      return new Refused(
        `${by.name} and ${doubt.with.name}, who has already voted, may be the same person, so the vote does not count.`,
        { next: 'Run /link on one of the accounts, or ask an admin to list both under "people".' },
      );
    case 'asker gone':
      return new Refused(
        `${requestedBy}, who requested ${model} v${version}, is no longer in this workspace, so the request cannot be approved.`,
        { next: 'Reject it and request again.' },
      );
    case 'override':
      return new Refused(
        `You overrode a gate of ${model} v${version} in this request, so your approval does not count.`,
        { next: 'Someone else with the approver role must review it.' },
      );
    case 'override author gone':
      return new Refused(`Your vote does not count: ${doubt.why}.`, {
        next: 'Reject it and request again.',
      });
    default:
      return new Refused(`Your vote does not count: ${doubt.why}.`);
  }
}

function requireOpen(approval: Approval, now: Date): void {
  if (approval.status === 'checking')
    throw new Refused(`The gates of ${approval.id} are still being checked.`, {
      next: 'Vote when the results are in.',
    });
  if (approval.status !== 'open') throw closed(approval);
  if (approval.expiresAt && approval.expiresAt <= now)
    throw new Refused(`${approval.id} has expired.`, {
      next: `Use /promote ${approval.model} ${approval.version} --to ${approval.environment} to request again.`,
    });
}

/** Whether the ID is theirs: their own, or that of an account linked since. */
function isNow(id: string, by: Person, people: People): boolean {
  return id === by.id || people.byId(id)?.id === by.id;
}

function closed({ id, status }: Approval): Refused {
  return new Refused(`${id} is already ${status}, so nothing was changed.`);
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
