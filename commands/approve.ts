import { deploy } from '../jobs/declared/index.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { idOption, reasonOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { castVote, type VoteParts } from './steps/cast-vote.ts';
import { leftToTidying } from './steps/submit.ts';

export const approve = defineCommand({
  name: 'approve',
  summary: 'Approve a promotion request',
  role: 'approver',
  agents: 'refuse',
  words: ['approval'],
  options: {
    approval: idOption('Request ID', 'approval'),
    reason: { ...reasonOption, summary: 'Why, kept with the vote' },
  },
  examples: [
    '/approve approval-7k2f9qab',
    '/approve approval-7k2f9qab --reason "the slices look right"',
  ],

  environment: async ({ approval }, { approvals }: Needs<'approvals'>) =>
    (await approvals.get(approval)).environment,

  async run({ approval: id, reason }, needs: VoteParts, asking) {
    const { approval, reply } = await castVote(id, 'approve', needs, asking, reason);
    if (approval.status === 'approved' && approval.deployment === undefined)
      await needs.jobs.enqueue(deploy, { approval: approval.id }).catch(leftToTidying);
    return reply;
  },
});
