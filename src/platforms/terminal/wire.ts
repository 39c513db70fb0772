// The small version of zod: the command line must start quickly.
import * as z from 'zod/mini';
import type { Card } from '../../core/card.ts';

/*
 * The protocol between the command line and the bot.
 *
 * POST /api/invocations                                 Asked → Answered; once for each ID
 * GET  /api/watch/INVOCATION?after=REVISION&wait=SECONDS
 *      Watched, as soon as its revision is greater than REVISION; 204 if that takes too long
 */

const Outcome = z.enum(['checking', 'pending', 'done', 'refused', 'failed']);

const CardOnWire: z.ZodMiniType<Card> = z.object({
  title: z.string(),
  tone: z.enum(['note', 'progress', 'success', 'warning', 'danger']),
  text: z.exactOptional(z.string()),
  facts: z.exactOptional(z.array(z.object({ label: z.string(), value: z.string() }))),
  table: z.exactOptional(
    z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) }),
  ),
  pictures: z.exactOptional(
    z.array(
      z.object({ sha256: z.string(), alt: z.string(), width: z.number(), height: z.number() }),
    ),
  ),
  progress: z.exactOptional(z.object({ share: z.number(), words: z.string() })),
  actions: z.exactOptional(
    z.array(
      z.object({
        label: z.string(),
        command: z.string(),
        argument: z.string(),
        style: z.exactOptional(z.enum(['primary', 'danger'])),
        confirm: z.exactOptional(z.string()),
      }),
    ),
  ),
  reactions: z.exactOptional(z.array(z.object({ emoji: z.string(), meaning: z.string() }))),
  footer: z.exactOptional(z.string()),
});

export const Answered = z.object({
  reply: z.object({
    card: CardOnWire,
    outcome: Outcome,
    data: z.unknown(),
    fault: z.exactOptional(z.enum(['usage', 'refused', 'failed'])),
    /** Set if the invocation can be watched by its ID. */
    subject: z.exactOptional(z.string()),
  }),
});
export type Answered = z.output<typeof Answered>;

export const Watched = z.object({
  revision: z.number(),
  card: CardOnWire,
  outcome: Outcome,
  data: z.unknown(),
  /** The messages in its thread, oldest first. */
  thread: z.array(CardOnWire),
});
export type Watched = z.output<typeof Watched>;

/** By `line`, as typed without a slash, or by `command` and its `input`: words, or options by name. */
export interface Asked {
  id: string;
  as?: string;
  command: string;
  input: readonly string[];
}
