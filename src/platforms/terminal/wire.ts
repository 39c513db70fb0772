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

/** A terminal folds nothing, notifies nobody, and has no reactions of the bot. */
type Unsent = 'folded' | 'steps' | 'mention' | 'mark';

// Each other key must be here: one that is missing would be dropped without a word.
const FIELDS = {
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
  plan: z.exactOptional(
    z.object({
      title: z.string(),
      steps: z.array(
        z.object({
          title: z.string(),
          status: z.enum(['pending', 'running', 'done', 'failed']),
        }),
      ),
    }),
  ),
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
} satisfies Record<Exclude<keyof Card, Unsent>, z.ZodMiniType>;
const CardOnWire: z.ZodMiniType<Card> = z.object(FIELDS);

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
