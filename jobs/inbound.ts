import { z } from 'zod';
import { WaitedTooLong } from '../src/core/errors.ts';
import { defineJob } from '../src/core/job.ts';
import { eventIn, type InboundEvent } from '../src/core/platform.ts';
import { refusal } from '../src/core/reply.ts';
import type { Needs } from '../src/core/world.ts';
import { AUTHORITY_MS } from './declared/index.ts';

const isInboundEvent = (value: unknown): value is InboundEvent =>
  typeof value === 'object' && value !== null && 'what' in value && 'to' in value;

const keyOf = (inbound: InboundEvent): string =>
  `${eventIn(inbound).from.platform}-${inbound.repeat ?? eventIn(inbound).id}`;

type Parts = Needs<'inboundHandler' | 'handledEvents' | 'replies'>;

/** An event from an adapter that must acknowledge at once: stored here until it is answered. */
export const handleInbound = defineJob({
  name: 'inbound',
  lane: 'inbound',
  // In the process that has the connection: an answer must not overtake the acknowledgement.
  part: (inbound) => eventIn(inbound).from.platform,
  payload: z.custom<InboundEvent>(isInboundEvent, 'expected what an adapter received'),
  once: keyOf,
  // Platforms repeat an event for minutes if its acknowledgement was lost.
  onceForMs: AUTHORITY_MS,
  signedForMs: AUTHORITY_MS,
  // About two minutes, so that a registry restart does not lose a vote.
  attempts: 9,

  async run(inbound, { inboundHandler, handledEvents }: Parts) {
    // Somebody has put it into the queue again: its signature is genuine, and what they said was done.
    if (await handledEvents.has(keyOf(inbound))) return;
    await inboundHandler.handle(inbound);
    await handledEvents.add(keyOf(inbound));
  },

  async failed(inbound, error, { replies }: Parts) {
    // Of anything else nobody knows who said it, or whether it was done.
    if (!(error instanceof WaitedTooLong)) return;
    const { id, from } = eventIn(inbound);
    const place = inbound.thread === undefined ? from : { ...from, thread: inbound.thread };
    const { card, outcome, data } = refusal(error);
    await replies.open(`answer:${from.platform}-${id}`, place, { card, outcome, data });
  },
});
