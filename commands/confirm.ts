import { z } from 'zod';
import { deploy } from '../jobs/declared/index.ts';
import { recordDue } from '../jobs/steps/record-due.ts';
import { recheckIfStale } from '../jobs/steps/supersede.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { Refused } from '../src/core/errors.ts';
import type { Approval, Vote } from '../src/core/ports/approvals.ts';
import type { AuditDraft } from '../src/core/ports/audit.ts';
import { ephemeral, type Reply } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { afterVote, type VoteParts } from './steps/cast-vote.ts';
import { hashOf } from './steps/confirmation.ts';
import { leftToTidying } from './steps/submit.ts';
import { isNow, requireNotFrozen, requireOpen } from './steps/vote-guards.ts';

export const confirm = defineCommand({
  name: 'confirm',
  summary: 'Confirm your approval, by the button in the direct message',
  role: 'approver',
  agents: 'refuse',
  words: ['approval'],
  options: {
    approval: idOption('Request ID', 'approval'),
    code: option(
      z.string('press the button in the direct message').max(100),
      'What the button in the direct message has',
      { placeholder: 'CODE' },
    ),
  },
  examples: ['/confirm approval-7k2f9qab --code 5b0e9d1f2c7a4e6801d3b9f4'],

  environment: async ({ approval }, { approvals }: Needs<'approvals'>) =>
    (await approvals.get(approval)).environment,

  async run({ approval: id, code }, needs: VoteParts & Needs<'dueEvents'>, asking) {
    const { approvals, audit, clock, people, witness } = needs;
    const { by, from, id: event } = asking;
    const before = await approvals.get(id);
    const mine = before.votes.find(({ person }) => isNow(person, by, people));
    const hash = hashOf(code);
    // The same press, whose process died before it could answer: the votes may be enough since then.
    if (mine?.confirmedAt && (await isOf(event, hash, needs))) return answer(before);
    requireOpen(before, clock.now());
    if (mine?.confirm?.hash !== hash) throw notAsked(before, mine);
    await requireNotFrozen(before, needs);
    if (await recheckIfStale(before, needs)) throw changed(id);
    const at = clock.now();
    const { model, version, environment, evidence } = before;
    const record: AuditDraft = {
      ...{ id: recordOf(hash), by: by.id, action: 'approval.confirmed', subject: id },
      ...{ model, environment, via: from.platform },
      after: {
        ...{ version, evidence: evidence?.digest ?? null, artifact: evidence?.artifact ?? null },
        ...{ vote: mine.at.toISOString(), at: at.toISOString(), event },
      },
    };
    const confirmed = await approvals.confirm(
      id,
      {
        ...{ person: mine.person, hash, evidence: mine.asked?.evidence ?? 'none' },
        receipt: witness.confirmed(before, { ...mine, confirmedAt: at }),
      },
      at,
      record,
    );
    if (!confirmed) throw notAsked(await approvals.get(id), mine, at);
    await audit.append(record);
    return answer(confirmed);

    async function answer(confirmed: Approval): Promise<Reply> {
      if (confirmed.status !== 'open') return confirmedAlready(confirmed);
      const { approval, reply } = await afterVote(confirmed, 'approve', needs, asking);
      if (approval.status === 'approved')
        await needs.jobs.enqueue(deploy, { approval: id }).catch(leftToTidying);
      return reply;
    }
  },
});

const recordOf = (hash: string): string => `confirm-${hash}`;

/** Whether this event has confirmed the vote. */
async function isOf(event: string, hash: string, needs: Needs<'audit' | 'dueEvents'>) {
  await recordDue(needs);
  const { after } = (await needs.audit.find(recordOf(hash))) ?? {};
  return typeof after === 'object' && after !== null && Reflect.get(after, 'event') === event;
}

const confirmedAlready = ({ id, model, version }: Approval): Reply =>
  ephemeral({
    title: `Your vote on ${model} v${version} is confirmed. /approvals ${id} shows how it was decided.`,
    tone: 'success',
  });

/** Why this button confirms nothing (any more). */
function notAsked(approval: Approval, mine: Vote | undefined, now?: Date): Refused {
  const { id } = approval;
  const again = { next: `/approve ${id} asks you again.` };
  if (mine?.confirmedAt) return new Refused(`You have confirmed your vote on ${id} already.`);
  if (!mine?.confirm) return new Refused(`There is no vote of yours on ${id} to confirm.`, again);
  if (approval.evidence?.digest !== mine.asked?.evidence) return changed(id);
  if (now && mine.confirm.until <= now)
    return new Refused(`The time to confirm your vote on ${id} is over.`, again);
  return new Refused(`That was about another vote of yours, so nothing was confirmed.`, {
    next: 'Use the newest direct message.',
  });
}

const changed = (id: string): Refused =>
  new Refused(`What ${id} is about has changed since you voted, so nothing was confirmed.`, {
    next: `Look at it again, then /approve ${id}.`,
  });
