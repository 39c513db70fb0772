import { z } from 'zod';
import { countOf } from '../jobs/steps/show-votes.ts';
import { approvalData, approvalState } from '../src/cards/approval.ts';
import type { Count } from '../src/cards/votes.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { moment, plural } from '../src/core/figures.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import { answer, ephemeral, note } from '../src/core/reply.ts';
import { limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';
import { waitsFor } from '../src/release/policy.ts';

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
    needs: Needs<
      'models' | 'environments' | 'approvals' | 'people' | 'endpoints' | 'freezes' | 'clock'
    >,
    { by },
  ) {
    const { models, environments, approvals: store, people } = needs;
    if (about?.toLowerCase().startsWith('approval-')) {
      const one = await store.get(about.toLowerCase());
      const { card, data } = approvalState(one, undefined, await openCount(one, needs));
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
    const standings = await Promise.all(list.map((approval) => standing(approval, needs)));
    const rows = list.map((approval, n) => [
      approval.id,
      `${approval.model} v${approval.version}${several ? ` for ${approval.environment}` : ''}`,
      approval.requestedBy,
      mine.includes(approval) ? 'waiting for your vote' : (standings[n] ?? ''),
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

type CountParts = Parameters<typeof countOf>[1];

/** The votes of a decided request were counted when it was decided. */
async function openCount(approval: Approval, needs: CountParts): Promise<Count | undefined> {
  return approval.status === 'open' ? countOf(approval, needs) : undefined;
}

async function standing(approval: Approval, needs: CountParts): Promise<string> {
  if (approval.status === 'checking') return 'checking gates';
  const count = await openCount(approval, needs);
  if (!count) return approval.status;
  const { votes } = approval;
  const counted = votes.filter(
    (vote) => vote.verdict === 'approve' && count.notCounted.every((one) => one.vote !== vote),
  );
  return `${counted.length} of ${plural(count.needed, 'approval')}`;
}
