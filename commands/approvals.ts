import { z } from 'zod';
import { approvalData, approvalState } from '../src/cards/approval.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { moment, plural } from '../src/core/figures.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import { answer, ephemeral, note } from '../src/core/reply.ts';
import { limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { judge, type Now, type Ruling, waitsFor } from '../src/release/policy.ts';

/** Buttons, for requests that wait for the caller. */
const SHOWN = 5;

export const approvals = defineCommand({
  name: 'approvals',
  summary: 'List promotion requests, and those waiting for your vote',
  role: 'viewer',
  agents: 'answer',
  words: ['about'],
  options: {
    about: option(z.string().trim().min(1, 'expected a word').optional(), 'A model or a request', {
      placeholder: 'ABOUT',
      suggests: 'approval',
    }),
    all: option(z.boolean('takes no value').default(false), 'Include decided requests', {
      flag: true,
    }),
    limit: limitOption,
  },
  examples: ['/approvals', '/approvals flights --all', '/approvals approval-7k2f9qab'],

  async run(
    { about, all, limit },
    {
      models,
      environments,
      approvals: store,
      people,
    }: Needs<'models' | 'environments' | 'approvals' | 'people'>,
    { by },
  ) {
    if (about?.toLowerCase().startsWith('approval-')) {
      const one = await store.get(about.toLowerCase());
      const { card, data } = approvalState(one, undefined, countOf(one, { people, models }));
      // Someone who names one request wants to see its evidence.
      const { folded: _, ...open } = card;
      return ephemeral(open, data);
    }
    const name = about === undefined ? undefined : models.get(about).name;
    const list = await store.list({
      ...(name && { model: name }),
      ...(!all && { statuses: ['checking', 'open'] }),
      limit,
    });
    if (list.length === 0)
      return note(
        all ? 'No promotion requests yet.' : 'No requests are waiting for a vote.',
        'success',
        {
          approvals: [],
        },
      );
    const mine = list.filter((approval) => waitsFor(by, approval, { people }));
    const several = environments.list().length > 1;
    const rows = list.map((approval) => [
      approval.id,
      `${approval.model} v${approval.version}${several ? ` for ${approval.environment}` : ''}`,
      approval.requestedBy,
      mine.includes(approval) ? 'waiting for your vote' : standing(approval, { people, models }),
      moment(approval.createdAt),
    ]);
    const title = plural(list.length, 'request');
    return answer(
      {
        title: mine.length > 0 ? `${title}, ${mine.length} waiting for your vote` : title,
        tone: 'note',
        table: {
          caption: title,
          columns: ['Request', 'Version', 'Requested by', 'Status', 'Requested (UTC)'],
          rows,
        },
        actions: mine.slice(0, SHOWN).map(({ id, model, version }) => ({
          label: `Review ${model} v${version}`,
          command: 'approvals',
          argument: id,
        })),
      },
      { approvals: list.map(approvalData), waiting: mine.map(({ id }) => id) },
    );
  },
});

/** The votes of a decided request were counted when it was decided. */
function countOf(approval: Approval, now: Now): Ruling | undefined {
  return approval.status === 'open' ? judge(approval, now) : undefined;
}

function standing(approval: Approval, now: Now): string {
  if (approval.status === 'checking') return 'checking gates';
  const count = countOf(approval, now);
  return count
    ? `${count.approvals.length} of ${plural(count.needed, 'approval')}`
    : approval.status;
}
