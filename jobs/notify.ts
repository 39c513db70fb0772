import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import { isSubject } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';

/**
 * Delivers the newest state of a subject everywhere it is shown, or hands it over to whoever posts there. Changes during a delivery cause one more
 * delivery, however many there were.
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
