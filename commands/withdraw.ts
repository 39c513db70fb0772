import { z } from 'zod';
import { recordDue } from '../jobs/steps/record-due.ts';
import { type SettleParts, settle } from '../jobs/steps/settle.ts';
import { type ShowParts, showVotes } from '../jobs/steps/show-votes.ts';
import { approvalData, approvalSubject } from '../src/cards/approval.ts';
import type { Asking } from '../src/core/command.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { Approval, Vote } from '../src/core/ports/approvals.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { ephemeral } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { withdrawReceipt } from './steps/receipt.ts';

export const withdraw = defineCommand({
  name: 'withdraw',
  summary: 'Withdraw your vote on a request',
  // Someone who has lost their role may still withdraw their own vote.
  role: 'viewer',
  agents: 'refuse',
  words: ['approval'],
  options: {
    approval: idOption('Request ID', 'approval'),
    verdict: option(z.enum(['approve', 'reject']).optional(), 'Only if this was your vote', {
      placeholder: 'approve|reject',
      choices: ['approve', 'reject'],
    }),
  },
  examples: ['/withdraw approval-7k2f9qab'],

  async run(
    { approval: id, verdict },
    needs: SettleParts & ShowParts & Needs<'audit' | 'dueEvents'>,
    { id: event, by, from, byReaction }: Asking,
  ) {
    const { replies, audit, people, approvals } = needs;
    const isMine = ({ person, verdict: cast }: Vote) =>
      (people.byId(person)?.id ?? person) === by.id && (!verdict || cast === verdict);
    const call = `withdraw-${event}`;
    // Earlier votes first, in their order; this call may be one of them, if a process died before it could answer.
    await recordDue(needs, id);
    const isAgain = (await audit.find(call)) !== undefined;
    // An emoji that is gone now was removed again; a person who votes after this call means that vote.
    const done: Withdrawn | undefined =
      isAgain && !byReaction
        ? { after: await approvals.get(id) }
        : await withdrawVote(id, isMine, needs, { by, from, call, isAgain });
    // Removing an emoji that never counted needs no answer.
    if (!done) return ephemeral({ title: `You have no such vote on ${id}.`, tone: 'note' });
    const { after, vote, withdrawal } = done;
    if (withdrawal) await audit.append(withdrawal);
    const subject = approvalSubject(after);
    // The other votes may be enough without it: then the time to undo begins anew.
    const { approval: settled } = await settle(after, needs);
    await showVotes(settled, needs);
    const person = vote?.person ?? by.id;
    if (!after.votes.some((one) => one.person === person))
      await withdrawReceipt(after, person, needs);
    await replies.tell(subject, event, { title: `${by.name} withdrew their vote.`, tone: 'note' });
    return ephemeral(
      { title: `Your vote on ${id} was withdrawn.`, tone: 'note' },
      { approval: approvalData(after) },
    );
  },
});

interface Withdrawn {
  after: Approval;
  /** Undefined if an earlier process withdrew it. */
  vote?: Vote;
  withdrawal?: AuditDraft;
}

/** Undefined if there is no such vote. A vote that is changed meanwhile is read again: only what was read is withdrawn. */
async function withdrawVote(
  id: string,
  isMine: (vote: Vote) => boolean,
  { approvals }: Needs<'approvals'>,
  { by, from, call, isAgain }: Pick<Asking, 'by' | 'from'> & { call: string; isAgain: boolean },
): Promise<Withdrawn | undefined> {
  for (;;) {
    const { model, environment, status, votes } = await approvals.get(id);
    const vote = votes.find(isMine);
    if (!vote) return undefined;
    if (status !== 'open')
      throw new Refused(`${id} is already ${status}, so your vote can no longer be withdrawn.`);
    const withdrawal: AuditDraft = {
      ...{ id: isAgain ? `${call}-${vote.at.getTime()}` : call, by: by.id },
      ...{ action: 'approval.withdrawn', subject: id },
      ...{ model, environment, via: from.platform, after: { at: vote.at.toISOString() } },
    };
    const after = await approvals.withdraw(id, vote, withdrawal);
    if (after) return { after, vote, withdrawal };
  }
}
