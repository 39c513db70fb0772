import { z } from 'zod';
import { auditCard } from '../src/cards/audit.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { answer, note } from '../src/core/reply.ts';
import { anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const audit = defineCommand({
  name: 'audit',
  summary: 'Show who changed what, and when',
  role: 'viewer',
  agents: 'answer',
  words: ['model'],
  options: {
    model: anyModelOption,
    by: option(z.string().trim().toLowerCase().min(1).optional(), 'Only changes by this person', {
      placeholder: 'PERSON',
    }),
    limit: limitOption,
  },
  examples: ['/audit', '/audit flights --by lead', '/audit --limit 50'],

  // The log keeps models and people that are no longer in the configuration.
  async run({ model, by, limit }, needs: Needs<'audit'>) {
    const events = await needs.audit.list({ ...(model && { model }), ...(by && { by }), limit });
    if (events.length === 0) return note('No matching audit events.', 'note', { events: [] });
    const head = await needs.audit.head();
    return answer(auditCard(events, head), { events, head: head ?? null });
  },
});
