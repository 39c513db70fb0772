import { z } from 'zod';
import { auditCard } from '../src/cards/audit.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { answer, note } from '../src/core/reply.ts';
import { anyModelOption, limitOption } from '../src/core/values.ts';
import type { Needs } from '../src/core/world.ts';

export const audit = defineCommand({
  name: 'audit',
  summary: 'Who changed what, and when',
  role: 'viewer',
  words: ['model'],
  options: {
    model: anyModelOption,
    by: option(z.string().trim().toLowerCase().min(1).optional(), 'Only what this person did', {
      placeholder: 'PERSON',
    }),
    limit: limitOption,
  },
  examples: ['/audit', '/audit flights --by lead', '/audit --limit 50'],

  // Models and people that the configuration no longer has stay in the log.
  async run({ model, by, limit }, needs: Needs<'audit'>) {
    const events = await needs.audit.list({ ...(model && { model }), ...(by && { by }), limit });
    if (events.length === 0)
      return note('The audit log has no such event.', 'note', { events: [] });
    const head = await needs.audit.head();
    return answer(auditCard(events, head), { events, head: head ?? null });
  },
});
