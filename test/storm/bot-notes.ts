import { z } from 'zod';
import type { BotSettings } from './bot.ts';

/** How a bot in a process of its own is started. */
export interface ChildSettings extends BotSettings {
  /** Its name. */
  as: string;
  uri: string;
  redis: string;
  prefix: string;
  keys: string;
}

/** What it tells the test. */
export const Note = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), url: z.string().optional() }),
  z.object({ kind: z.literal('event'), id: z.string(), isReaction: z.boolean() }),
  z.object({ kind: z.literal('stored'), id: z.string() }),
  z.object({
    kind: z.literal('error'),
    message: z.string(),
    fields: z.record(z.string(), z.unknown()),
  }),
]);
export type Note = z.infer<typeof Note>;
