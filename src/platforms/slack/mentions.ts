import type { App } from '@slack/bolt';
import { z } from 'zod';
import { Unreachable } from '../../core/errors.ts';
import { commandIn, toBot } from '../spoken.ts';
import { idOf, placeOf, type SlackContext } from './context.ts';
import { inWords } from './entities.ts';

const MENTIONED = z.object({
  event_id: z.string(),
  event: z.object({
    user: z.string(),
    bot_id: z.undefined().optional(),
    // A change of a message is not said again.
    edited: z.undefined().optional(),
    channel: z.string(),
    text: z.string(),
    ts: z.string(),
    thread_ts: z.string().optional(),
  }),
});

/** How Slack writes a mention of the bot. */
export const mentionOf = ({ me }: Pick<SlackContext, 'me'>): RegExp =>
  new RegExp(`<@${me}(?:\\|[^<>]*)?>`);

/** A command that was said to the bot: `@wheelhouse status flights`. */
export interface Spoken {
  command: string;
  text: string;
  isKnown: boolean;
}

/** Undefined if `text`, as Slack sends it, does not begin with a mention of the bot. */
export function spokenIn(
  text: string,
  context: Pick<SlackContext, 'me' | 'commands' | 'prefix'>,
): Spoken | undefined {
  const { commands, prefix } = context;
  const said = toBot(text, mentionOf(context));
  if (said === undefined) return undefined;
  const line = commandIn(inWords(said), prefix);
  return { ...line, isKnown: said === '' || commands.some(({ name }) => name === line.command) };
}

/**
 * Commands behind a mention, in threads too, where Slack has no slash commands. The answer goes to the thread.
 * https://docs.slack.dev/reference/events/app_mention
 */
export function onMentions(app: App, context: SlackContext): void {
  app.event('app_mention', async ({ body }) => {
    const { data } = MENTIONED.safeParse(body);
    const spoken = data && spokenIn(data.event.text, context);
    if (!spoken) return;
    const { user, channel, ts, thread_ts: thread } = data.event;
    // In a thread people talk; a reply that is no command may be the reason for a vote.
    if (!spoken.isKnown && thread !== undefined) return;
    if (user === context.me) return;
    const isBot = await context.members.isBot(user);
    // Not acknowledged, it is delivered again: a person who waits for an answer gets one, a program never.
    if (isBot === undefined)
      throw new Unreachable(`Slack has not said yet whether ${user} is a person or a program.`);
    if (isBot) return;
    const { command, text: input } = spoken;
    const invocation = {
      ...{ id: idOf(data.event_id), command, input },
      by: await context.members.identity(user),
      from: placeOf(channel),
    };
    await context.dispatch.take({
      ...{ what: { invocation }, thread: thread ?? ts },
      to: { user, channel, ...(thread !== undefined && { thread }) },
    });
  });
}
