import { defineCommand } from '../src/core/define-command.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { castVote } from './steps/cast-vote.ts';

export const reject = defineCommand({
  name: 'reject',
  summary: 'Reject a promotion request',
  role: 'approver',
  agents: 'refuse',
  words: ['approval'],
  options: { approval: idOption('Request ID', 'approval') },
  examples: ['/reject approval-7k2f9qab'],

  environment: async ({ approval }, { approvals }: Needs<'approvals'>) =>
    (await approvals.get(approval)).environment,

  async run(
    { approval: id },
    needs: Needs<
      | 'approvals'
      | 'replies'
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
    return (await castVote(id, 'reject', needs, asking)).reply;
  },
});
