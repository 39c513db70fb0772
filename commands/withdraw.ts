import { z } from 'zod';
import { type SettleParts, settle } from '../jobs/steps/settle.ts';
import { type ShowParts, showVotes } from '../jobs/steps/show-votes.ts';
import { approvalData, approvalSubject } from '../src/cards/approval.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
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
    needs: SettleParts & ShowParts & Needs<'audit'>,
    { id: event, by, from },
  ) {
    const { approvals, replies, audit, people } = needs;
    const approval = await approvals.get(id);
    const mine = approval.votes.find(({ person }) => (people.byId(person)?.id ?? person) === by.id);
    // Removing an emoji that never counted needs no answer.
    if (!mine || (verdict && mine.verdict !== verdict))
      return ephemeral({ title: `You have no such vote on ${id}.`, tone: 'note' });
    const { model, environment } = approval;
    const withdrawal: AuditDraft = {
      ...{ id: `withdraw-${event}`, by: by.id, action: 'approval.withdrawn', subject: id },
      ...{ model, environment, via: from.platform, after: { at: mine.at.toISOString() } },
    };
    const after =
      approval.status === 'open'
        ? await approvals.withdraw(id, mine.person, withdrawal)
        : undefined;
    if (!after) {
      // Read again: it may have been decided since.
      const { status } = await approvals.get(id);
      throw new Refused(`${id} is already ${status}, so your vote can no longer be withdrawn.`);
    }
    await audit.append(withdrawal);
    const subject = approvalSubject(after);
    // The other votes may be enough without it: then the time to undo begins anew.
    const { approval: settled } = await settle(after, needs);
    await showVotes(settled, needs);
    await withdrawReceipt(after, mine.person, needs);
    await replies.tell(subject, event, { title: `${by.name} withdrew their vote.`, tone: 'note' });
    return ephemeral(
      { title: `Your vote on ${id} was withdrawn.`, tone: 'note' },
      { approval: approvalData(after) },
    );
  },
});
