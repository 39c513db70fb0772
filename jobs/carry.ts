import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import { isSubject } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';

/** Delivers the newest state of a subject to one platform, in the process that has the lease of the platform. */
export const carry = defineJob({
  name: 'carry',
  lane: 'outbound',
  part: ({ platform }) => platform,
  payload: z.object({ subject: z.string().refine(isSubject), platform: z.string() }),
  once: ({ subject, platform }) => `${platform}/${subject}`,
  again: true,
  attempts: 8,

  run: ({ subject, platform }, { courier }: Needs<'courier'>, signal) =>
    courier.carry(subject, platform, signal),
});
