import { proposalState, proposalSubject, proposedCall } from '../src/cards/proposal.ts';
import { defineCommand } from '../src/core/define-command.ts';
import { ephemeral } from '../src/core/reply.ts';
import { idOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { closed } from './accept.ts';

export const dismiss = defineCommand({
  name: 'dismiss',
  summary: 'Close what an agent proposed, without doing it',
  role: 'operator',
  agents: 'refuse',
  words: ['proposal'],
  options: { proposal: idOption('Proposal ID', 'proposal') },
  examples: ['/dismiss proposal-7k2f9qab'],

  async run(
    { proposal: id },
    { proposals, people, audit, replies }: Needs<'proposals' | 'people' | 'audit' | 'replies'>,
    { id: event, by, from },
  ) {
    await proposals.get(id);
    const how = { status: 'dismissed', by: by.id, event: `${from.platform}:${event}` } as const;
    const proposal = await proposals.decide(id, how);
    if (!proposal) throw closed(await proposals.get(id), people);
    await audit.append({
      id: `dismiss-${id}`,
      by: by.id,
      action: 'proposal.dismiss',
      subject: id,
      via: from.platform,
      after: { agent: proposal.agent, command: proposal.command },
    });
    const state = proposalState(proposal, proposedCall(proposal), people);
    await replies.show(proposalSubject(proposal), state);
    return ephemeral(
      { title: `You dismissed ${id}. Nothing was done.`, tone: 'note' },
      { proposal },
    );
  },
});
