import { z } from 'zod';
import { defineJob } from '../src/core/job.ts';
import { eventIn, type InboundEvent } from '../src/core/platform.ts';
import type { Needs } from '../src/core/world.ts';

/** Platforms repeat an event for minutes if its acknowledgement was lost. */
const REPEATS_MS = 3_600_000;

const isInboundEvent = (value: unknown): value is InboundEvent =>
  typeof value === 'object' && value !== null && 'what' in value && 'to' in value;

/** An event from an adapter that must acknowledge at once: stored here until it is answered. */
export const handleInbound = defineJob({
  name: 'inbound',
  lane: 'inbound',
  payload: z.custom<InboundEvent>(isInboundEvent, 'expected what an adapter received'),
  once: (inbound) => `${eventIn(inbound).from.platform}-${eventIn(inbound).id}`,
  onceForMs: REPEATS_MS,
  // About two minutes, so that a registry restart does not lose a vote.
  attempts: 9,

  run: (inbound, { inboundHandler }: Needs<'inboundHandler'>) => inboundHandler.handle(inbound),
});
