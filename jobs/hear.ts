import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import { eventIn, type Heard } from '../src/core/platform.ts';
import type { Needs } from '../src/core/world.ts';

/** Platforms repeat an event for minutes where its acknowledgement was lost. */
const REPEATS_MS = 3_600_000;

const isHeard = (value: unknown): value is Heard =>
  typeof value === 'object' && value !== null && 'what' in value && 'to' in value;

/** What somebody said at a door that must acknowledge at once: kept here until it is answered. */
export const hear = defineJob({
  name: 'hear',
  lane: 'bell',
  payload: z.custom<Heard>(isHeard, 'expected what a door heard'),
  once: (heard) => `${eventIn(heard).from.platform}-${eventIn(heard).id}`,
  onceForMs: REPEATS_MS,
  // About two minutes: a library that restarts costs nobody their vote.
  attempts: 9,

  run: (heard, { reception }: Needs<'reception'>) => reception.hear(heard),
});
