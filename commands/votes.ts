import { defineCommand } from '../src/core/define-command.ts';
import { moment, plural } from '../src/core/figures.ts';
import { ephemeral } from '../src/core/reply.ts';
import { limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

/** How far back your votes are looked for, in requests. */
const FAR_BACK = 1000;

export const votes = defineCommand({
  name: 'votes',
  summary: 'List your own votes',
  role: 'viewer',
  agents: 'answer',
  words: [],
  options: { limit: limitOption },
  examples: ['/votes'],

  async run({ limit }, { approvals, people }: Needs<'approvals' | 'people'>, { by }) {
    const all = await approvals.list({ limit: FAR_BACK });
    const mine = all
      .flatMap((approval) => approval.votes.map((vote) => ({ approval, vote })))
      .filter(({ vote }) => (people.byId(vote.person)?.id ?? vote.person) === by.id)
      .toSorted((a, b) => b.vote.at.getTime() - a.vote.at.getTime())
      .slice(0, limit);
    if (mine.length === 0) return ephemeral({ title: 'You have not voted yet.', tone: 'note' });
    const rows = mine.map(({ approval, vote }) => [
      approval.id,
      `${approval.model} v${approval.version} for ${approval.environment}`,
      vote.verdict === 'approve' ? '✓ approve' : '✗ reject',
      approval.status,
      vote.via,
      moment(vote.at),
      vote.reason ?? '–',
    ]);
    return ephemeral(
      {
        title: plural(mine.length, 'vote'),
        tone: 'note',
        table: {
          columns: ['Request', 'Version', 'Vote', 'Request is', 'From', 'At (UTC)', 'Reason'],
          rows,
        },
      },
      {
        votes: mine.map(({ approval, vote: { verdict, at, via, reason = null } }) => ({
          ...{ approval: approval.id, model: approval.model, version: approval.version },
          ...{ environment: approval.environment, status: approval.status },
          ...{ verdict, at, via, reason },
        })),
      },
    );
  },
});
