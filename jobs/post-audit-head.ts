import { z } from 'zod';
import { headState, headSubject } from '../src/cards/audit.ts';
import { defineJob } from '../src/core/job.ts';
import type { Needs } from '../src/core/world.ts';

/**
 * Posts the head of the audit log to a channel once a day: someone who can rewrite the log cannot rewrite the
 * messages in a chat.
 */
export const postAuditHead = defineJob({
  name: 'post-audit-head',
  lane: 'monitoring',
  payload: z.object({
    day: z.iso.date(),
    homes: z.array(z.object({ platform: z.string(), channel: z.string() })),
  }),
  once: ({ day }) => day,
  attempts: 8,

  async run({ day, homes }, { audit, replies }: Needs<'audit' | 'replies'>) {
    const head = await audit.head();
    if (!head) return;
    const subject = headSubject(day);
    // A retried job keeps the first head of the day.
    for (const home of homes) await replies.open(subject, home, headState(day, head));
  },
});
