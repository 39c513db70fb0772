import { z } from 'zod';
import { runData } from '../src/cards/run.ts';
import { kindInWords } from '../src/cards/run-state.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { moment, plural, span } from '../src/core/figures.ts';
import { answer, note } from '../src/core/reply.ts';
import { anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;

export const runs = defineCommand({
  name: 'runs',
  summary: 'List training and comparison runs, newest first',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: {
    model: anyModelOption,
    status: option(
      z.enum(STATUSES, `expected ${STATUSES.join(', ')}`).optional(),
      'Only runs with this status',
      {
        placeholder: STATUSES.join('|'),
        choices: STATUSES,
      },
    ),
    mine: option(z.boolean('takes no value').default(false), 'Only your own runs', {
      flag: true,
    }),
    limit: limitOption,
  },
  examples: ['/runs', '/runs flights --status failed', '/runs --mine'],

  async run(
    { model, status, mine, limit },
    { models, runs: store }: Needs<'models' | 'runs'>,
    { by },
  ) {
    const name = model === undefined ? undefined : models.get(model).name;
    const list = await store.list({
      ...(name && { model: name }),
      ...(status && { status }),
      ...(mine && { requestedBy: by.id }),
      limit,
    });
    if (list.length === 0) return note('No matching runs.', 'note', { runs: [] });
    const rows = list.map((run) => [
      run.id,
      kindInWords(run),
      run.model,
      run.status === 'running' ? `running, ${Math.round(run.share * 100)}%` : run.status,
      run.requestedBy,
      span(run.window),
      moment(run.createdAt),
    ]);
    return answer(
      {
        title: plural(list.length, 'run'),
        tone: 'note',
        table: {
          columns: ['Run', 'Type', 'Model', 'Status', 'Requested by', 'Data', 'Requested (UTC)'],
          rows,
        },
      },
      { runs: list.map(runData) },
    );
  },
});
