import { deploy } from '../jobs/declared/index.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { castVote } from './steps/cast-vote.ts';
import { leftToTidying } from './steps/submit.ts';

export const approve = defineCommand({
  name: 'approve',
  summary: 'Approve a promotion request',
  role: 'approver',
  agents: 'refuse',
  words: ['approval'],
  options: { approval: idOption('Request ID', 'approval') },
  examples: ['/approve approval-7k2f9qab'],

  environment: async ({ approval }, { approvals }: Needs<'approvals'>) =>
    (await approvals.get(approval)).environment,

  async run(
    { approval: id },
    needs: Needs<
      | 'approvals'
      | 'replies'
      | 'jobs'
      | 'audit'
      | 'people'
      | 'models'
      | 'identities'
      | 'freezes'
      | 'clock'
      | 'witness'
    >,
    asking,
  ) {
    const { approval, reply } = await castVote(id, 'approve', needs, asking);
    if (approval.status === 'approved')
      await needs.jobs.enqueue(deploy, { approval: approval.id }).catch(leftToTidying);
    return reply;
  },
});
