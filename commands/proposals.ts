import { z } from 'zod';
import { proposedCall } from '../src/cards/proposal.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { moment, plural } from '../src/core/figures.ts';
import { answer, note } from '../src/core/reply.ts';
import { limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const proposals = defineCommand({
  name: 'proposals',
  summary: 'List what agents propose',
  role: 'viewer',
  agents: 'answer',
  words: [],
  options: {
    all: option(z.boolean('takes no value').default(false), 'Include closed proposals', {
      flag: true,
    }),
    limit: limitOption,
  },
  examples: ['/proposals', '/proposals --all'],

  async run(
    { all, limit },
    { proposals: store, people, clock }: Needs<'proposals' | 'people' | 'clock'>,
  ) {
    const found = await store.list({ ...(!all && { status: 'open' }), limit });
    const list = all ? found : found.filter(({ expiresAt }) => expiresAt > clock.now());
    if (list.length === 0)
      return note(all ? 'No agent has proposed anything yet.' : 'No proposals are open.', 'note', {
        proposals: [],
      });
    return answer(
      {
        title: plural(list.length, all ? 'proposal' : 'open proposal'),
        tone: 'note',
        table: {
          columns: ['Proposal', 'Agent', 'Owner', 'Command', 'Status', 'Expires (UTC)'],
          rows: list.map((one) => [
            one.id,
            one.agent,
            people.byId(one.owner)?.name ?? one.owner,
            proposedCall(one),
            one.status,
            moment(one.expiresAt),
          ]),
        },
      },
      { proposals: list },
    );
  },
});
