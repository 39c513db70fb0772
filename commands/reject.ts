import { defineCommand } from '../src/core/define-command.ts';
import { idOption, reasonOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { castVote, type VoteParts } from './steps/cast-vote.ts';

export const reject = defineCommand({
  name: 'reject',
  summary: 'Reject a promotion request',
  role: 'approver',
  agents: 'refuse',
  words: ['approval'],
  options: {
    approval: idOption('Request ID', 'approval'),
    reason: { ...reasonOption, summary: 'Why, kept with the vote' },
  },
  examples: [
    '/reject approval-7k2f9qab',
    '/reject approval-7k2f9qab --reason "it misses evening flights"',
  ],

  environment: async ({ approval }, { approvals }: Needs<'approvals'>) =>
    (await approvals.get(approval)).environment,

  async run({ approval: id, reason }, needs: VoteParts, asking) {
    return (await castVote(id, 'reject', needs, asking, reason)).reply;
  },
});
