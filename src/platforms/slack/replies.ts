import type { App, webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Address } from '../../core/address.ts';
import type { MessageReply } from '../../core/platform.ts';
import { toBot } from '../spoken.ts';
import { idOf, placeOf, type SlackContext } from './context.ts';
import { inWords } from './entities.ts';
import { asked, codeOf } from './faults.ts';
import { mentionOf, spokenIn } from './mentions.ts';

/** A reply of a person in the thread of one of our messages. Everything else in a channel is not for us. */
const REPLIED = z.object({
  event: z.object({
    type: z.literal('message'),
    // Changed, deleted, joined and the like are no replies; one that is also sent to the channel is.
    subtype: z.literal('thread_broadcast').optional(),
    user: z.string(),
    bot_id: z.undefined().optional(),
    channel: z.string(),
    ts: z.string(),
    text: z.string().min(1),
    thread_ts: z.string(),
    parent_user_id: z.string(),
  }),
});

/** By the message, so that it is one reply, whether Slack tells of it or it is read later. */
const replyId = (channel: string, ts: string) => idOf('reply', channel, ts);

const plain = (text: string, context: Pick<SlackContext, 'me'>) =>
  inWords(toBot(text, mentionOf(context)) ?? text);

/** https://docs.slack.dev/reference/events/message.channels */
export function onReplies(app: App, context: SlackContext): void {
  app.event('message', async ({ body }) => {
    const { data } = REPLIED.safeParse(body);
    if (data?.event.parent_user_id !== context.me) return;
    const { user, channel, ts, text, thread_ts: message } = data.event;
    // Commands are taken from the other event that Slack sends for this message.
    if (spokenIn(text, context)?.isKnown) return;
    if (user === context.me || (await context.members.isBot(user)) !== false) return;
    const said = {
      ...{ id: replyId(channel, ts), text: plain(text, context), message },
      by: await context.members.identity(user),
      from: placeOf(channel),
    };
    await context.dispatch.take({ what: { said }, thread: message, to: { user, channel } });
  });
}

const PAGE = 100;
const PAGES = 5;

const WRITTEN = z.object({
  ts: z.string(),
  subtype: z.literal('thread_broadcast').optional(),
  user: z.string(),
  bot_id: z.undefined().optional(),
  text: z.string().min(1),
});

/** https://docs.slack.dev/reference/methods/conversations.replies */
export async function repliesTo(
  web: webApi.WebClient,
  context: Pick<SlackContext, 'me' | 'members' | 'commands' | 'prefix'>,
  { channel }: Address,
  message: string,
): Promise<MessageReply[]> {
  const found: MessageReply[] = [];
  for (let [page, cursor] = [0, '']; page < PAGES; page += 1) {
    const more = { limit: PAGE, ...(cursor && { cursor }) };
    const asking = web.conversations
      .replies({ channel, ts: message, ...more })
      .catch((error: unknown) => {
        // Nobody has replied.
        if (codeOf(error) !== 'thread_not_found') throw error;
        return undefined;
      });
    const answer = await asked(`reading the replies in ${channel}`, asking);
    for (const one of answer?.messages ?? []) {
      const { data } = WRITTEN.safeParse(one);
      if (!data || data.ts === message || spokenIn(data.text, context)?.isKnown) continue;
      const { user, ts, text } = data;
      if (user === context.me || (await context.members.isBot(user)) !== false) continue;
      const by = await context.members.identity(user);
      const at = new Date(Number(ts) * 1000);
      found.push({ id: replyId(channel, ts), text: plain(text, context), by, at });
    }
    cursor = answer?.response_metadata?.next_cursor ?? '';
    if (cursor === '') break;
  }
  return found;
}
