import { z } from 'zod';
import { approvalData } from '../src/cards/approval.ts';
import { moment, plural } from '../src/cards/words.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { couldBeSame, holds, type Person } from '../src/core/people.ts';
import type { Approval } from '../src/core/ports/approvals.ts';
import { answer, note } from '../src/core/reply.ts';
import { anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const approvals = defineCommand({
  name: 'approvals',
  summary: 'Requests to promote, and which wait for you',
  role: 'viewer',
  words: ['model'],
  options: {
    model: anyModelOption,
    all: option(z.boolean('takes no value').default(false), 'Decided ones too', { flag: true }),
    limit: limitOption,
  },
  examples: ['/approvals', '/approvals flights --all'],

  async run(
    { model, all, limit },
    { models, approvals: store, people }: Needs<'models' | 'approvals' | 'people'>,
    { by },
  ) {
    const name = model === undefined ? undefined : models.get(model).name;
    const list = await store.list({
      ...(name && { model: name }),
      ...(!all && { statuses: ['checking', 'open'] }),
      limit,
    });
    if (list.length === 0)
      return note(
        all ? 'Nobody has asked for anything yet.' : 'No request waits for a vote.',
        'success',
        {
          approvals: [],
        },
      );
    const asker = (approval: Approval) => people.byId(approval.requestedBy);
    const mine = list.filter((approval) => waitsFor(by, approval, asker(approval)));
    const rows = list.map((approval) => [
      approval.id,
      `${approval.model} v${approval.version}`,
      approval.requestedBy,
      mine.includes(approval) ? 'waits for your vote' : standing(approval),
      moment(approval.createdAt),
    ]);
    const title = plural(list.length, 'request');
    return answer(
      {
        title: mine.length > 0 ? `${title}, ${mine.length} waiting for your vote` : title,
        tone: mine.length > 0 ? 'warning' : 'note',
        table: { columns: ['Request', 'What', 'By', 'Status', 'Asked (UTC)'], rows },
      },
      { approvals: list.map(approvalData), waiting: mine.map(({ id }) => id) },
    );
  },
});

function waitsFor(by: Person, { status, votes }: Approval, asker: Person | undefined): boolean {
  if (status !== 'open' || !holds(by, 'approver') || (asker && couldBeSame(by, asker)))
    return false;
  return !votes.some(({ person }) => person === by.id);
}

function standing({ status, votes, needed }: Approval): string {
  if (status === 'checking') return 'gates are being judged';
  if (status !== 'open') return status;
  return `${votes.filter(({ verdict }) => verdict === 'approve').length} of ${plural(needed, 'approval')}`;
}
