import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../../core/log.ts';
import { codeOf, inOurWords } from './faults.ts';

interface Wanted {
  channel: string;
  thread: string | undefined;
  /** As returned by `blockIdOf` for the key. */
  mark: string;
}

/** The name of our message with the mark, if it exists. */
export type Search = (wanted: Wanted) => Promise<string | undefined>;

/** How far back to look: the message was posted just before a crash. */
const PAGES = 5;
const PAGE = 200;

const Message = z.object({
  ts: z.string(),
  user: z.string().optional(),
  metadata: z
    .object({ event_payload: z.object({ key: z.string() }) })
    .optional()
    .catch(undefined),
  blocks: z
    .array(z.object({ block_id: z.string().optional() }))
    .optional()
    .catch(undefined),
});

/** Searches a channel or a thread; `me` is the bot's user. */
export function createSearch(web: webApi.WebClient, me: () => string, log: Log): Search {
  async function page({ channel, thread }: Wanted, cursor: string) {
    const more = { limit: PAGE, include_all_metadata: true, ...(cursor && { cursor }) };
    return thread === undefined
      ? web.conversations.history({ channel, ...more })
      : web.conversations.replies({ channel, ts: thread, ...more });
  }

  async function look(wanted: Wanted): Promise<string | undefined> {
    let cursor = '';
    for (let i = 0; i < PAGES; i += 1) {
      const { messages, response_metadata } = await page(wanted, cursor);
      for (const one of messages ?? []) {
        const { data: message } = Message.safeParse(one);
        if (!message || (message.user ?? me()) !== me()) continue;
        const marks = [message.metadata?.event_payload.key, message.blocks?.[0]?.block_id];
        if (marks.includes(wanted.mark)) return message.ts;
      }
      cursor = response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return undefined;
  }

  return async (wanted) => {
    try {
      return await look(wanted);
    } catch (error) {
      if (codeOf(error) === 'thread_not_found') return undefined;
      if (codeOf(error) !== 'missing_scope')
        throw inOurWords(error, `looking for a message in ${wanted.channel}`);
      // Posting a message twice is better than not at all.
      log.error(
        { channel: wanted.channel },
        'the app may not read that channel: a message may come twice',
      );
      return undefined;
    }
  };
}
