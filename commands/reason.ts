import { type ShowParts, showVotes } from '../jobs/steps/show-votes.ts';
import { approvalData, approvalState, approvalSubject } from '../src/cards/approval.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { ephemeral } from '../src/core/reply.ts';
import { idOption, sentence } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const reason = defineCommand({
  name: 'reason',
  summary: 'Say why you voted as you did',
  // Someone who has lost their role may still explain their own vote.
  role: 'viewer',
  inReadOnly: 'refused',
  agents: 'refuse',
  words: ['approval', 'reason'],
  options: {
    approval: idOption('Request ID', 'approval'),
    reason: option(sentence('say why, in a few words'), 'Why, kept with the vote', {
      placeholder: '"TEXT"',
    }),
  },
  examples: ['/reason approval-7k2f9qab "the slices look right"'],

  async run(
    { approval: id, reason: said },
    needs: ShowParts & Needs<'audit' | 'deployments'>,
    { id: event, by, from, byReply },
  ) {
    const { approvals, people, audit, replies } = needs;
    const before = await approvals.get(id);
    const mine = before.votes.find(({ person }) => (people.byId(person)?.id ?? person) === by.id);
    if (!mine)
      throw new Refused(`You have no vote on ${id}, so there is nothing to give a reason for.`, {
        next: `/approve ${id} --reason "…" votes and says why.`,
      });
    const what = { person: mine.person, reason: said, ...(byReply && { ifNone: true }) };
    const { model, version, environment } = before;
    const record: AuditDraft = {
      ...{ id: `reason-${from.platform}-${event}`, by: by.id, action: 'approval.reason' },
      ...{ subject: id, model, environment, via: from.platform },
      after: { reason: said, at: mine.at.toISOString() },
    };
    const explained = await approvals.explain(id, what, record);
    if (!explained) throw tooLate(await approvals.get(id));
    await audit.append(record);
    await show(explained, needs);
    if (!byReply)
      await replies.tell(approvalSubject(explained), event, {
        ...{ title: `${by.name} says why: ${said}`, tone: 'note' },
      });
    const title = `The reason for your vote on ${model} v${version} is kept.`;
    return ephemeral({ title, tone: 'success' }, { approval: approvalData(explained) });
  },
});

/** The message of a request that was decided says what became of it, which the votes alone do not tell. */
async function show(approval: Approval, needs: ShowParts & Needs<'deployments'>): Promise<void> {
  if (approval.status !== 'approved') return showVotes(approval, needs);
  const live = await needs.deployments.live(approval.model, approval.environment);
  if (approval.confirmedAt && live?.id === approval.deployment)
    await needs.replies.show(approvalSubject(approval), approvalState(approval));
}

function tooLate({ id, status, expiresAt }: Approval): Refused {
  const over =
    expiresAt === undefined ? `it is ${status}` : 'its time is over, or your vote is gone';
  return new Refused(`Nothing was changed on ${id}: ${over}.`);
}
