import type { App } from '@slack/bolt';
import { z } from 'zod';
import { toBot } from '../spoken.ts';
import { idOf, placeOf, type SlackContext } from './context.ts';
import { inWords } from './entities.ts';
import { mentionOf, spokenIn } from './mentions.ts';

/** A reply of a person in the thread of one of our messages. Everything else in a channel is not for us. */
const REPLIED = z.object({
  event_id: z.string(),
  event: z.object({
    type: z.literal('message'),
    // Changed, deleted, joined and the like are no replies; one that is also sent to the channel is.
    subtype: z.literal('thread_broadcast').optional(),
    user: z.string(),
    bot_id: z.undefined().optional(),
    channel: z.string(),
    text: z.string().min(1),
    thread_ts: z.string(),
    parent_user_id: z.string(),
  }),
});

/** https://docs.slack.dev/reference/events/message.channels */
export function onReplies(app: App, context: SlackContext): void {
  app.event('message', async ({ body }) => {
    const { data } = REPLIED.safeParse(body);
    if (data?.event.parent_user_id !== context.me) return;
    const { user, channel, text, thread_ts: message } = data.event;
    // Commands are taken from the other event that Slack sends for this message.
    if (spokenIn(text, context)?.isKnown) return;
    if (user === context.me || (await context.members.isBot(user)) !== false) return;
    const said = {
      ...{
        id: idOf(data.event_id),
        text: inWords(toBot(text, mentionOf(context)) ?? text),
        message,
      },
      by: await context.members.identity(user),
      from: placeOf(channel),
    };
    await context.dispatch.take({ what: { said }, thread: message, to: { user, channel } });
  });
}
