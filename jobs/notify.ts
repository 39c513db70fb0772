import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import type { Subject } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';

const isSubject = (text: string): text is Subject => text.includes(':');

/**
 * Brings the newest state of a subject to everybody who sees it. What comes while one is under way
 * is one more round after it, however many changes it was.
 */
export const notify = defineJob({
  name: 'notify',
  lane: 'outbound',
  payload: z.object({ subject: z.string().refine(isSubject) }),
  once: ({ subject }) => subject,
  again: true,
  attempts: 8,

  run: ({ subject }, { courier }: Needs<'courier'>, signal) => courier.deliver(subject, signal),
});
