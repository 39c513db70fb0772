import type { App, webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Address } from '../../core/address.ts';
import { MARKS, type Mark } from '../../core/card.ts';
import type { MessageReaction } from '../../core/platform.ts';
import { idOf, placeOf, type SlackContext } from './context.ts';
import { asked, codeOf } from './faults.ts';
import type { Members } from './people.ts';

const REACTED = z.object({
  event_id: z.string(),
  event: z.object({
    type: z.enum(['reaction_added', 'reaction_removed']),
    user: z.string(),
    reaction: z.string(),
    item: z.object({ type: z.string(), channel: z.string().optional(), ts: z.string().optional() }),
    item_user: z.string().optional(),
  }),
});

/** https://docs.slack.dev/reference/events/reaction_added */
export function onReactions(app: App, context: SlackContext): void {
  const listen = async (body: unknown) => {
    const { event, event_id } = REACTED.parse(body);
    const { user, reaction: emoji, type, item } = event;
    const { channel, ts: message } = item;
    if (item.type !== 'message' || !channel || !message) return;
    // Reactions to other people's messages are ignored.
    if (event.item_user !== undefined && event.item_user !== context.me) return;
    // If it is not known yet whether it is a bot, the event is stored and counts once it is known.
    if (user === context.me || (await context.members.isBot(user)) === true) return;
    const reaction = {
      id: idOf(event_id),
      emoji,
      on: type === 'reaction_added',
      message,
      by: await context.members.identity(user),
      from: placeOf(channel),
    };
    await context.dispatch.take({ what: { reaction }, thread: message, to: { user, channel } });
  };
  app.event('reaction_added', ({ body }) => listen(body));
  app.event('reaction_removed', ({ body }) => listen(body));
}

/** All reactions to a message, without those of bots; accounts that may be bots are `unsure`. */
export async function standingOn(
  web: webApi.WebClient,
  members: Members,
  me: string,
  { channel }: Address,
  timestamp: string,
): Promise<MessageReaction[]> {
  const found = web.reactions.get({ channel, timestamp, full: true });
  const { message } = await asked(`reading the reactions in ${channel}`, found);
  const cast = (message?.reactions ?? []).flatMap(({ name, users }) =>
    (users ?? []).flatMap((user) => (name && user !== me ? [{ emoji: name, user }] : [])),
  );
  const standing: MessageReaction[] = [];
  for (const { emoji, user } of cast) {
    const isBot = await members.isBot(user);
    if (isBot) continue;
    const by = await members.identity(user);
    standing.push({ emoji, by, ...(isBot === undefined && { unsure: true as const }) });
  }
  return standing;
}

/** Sets the bot's own reaction to a message: this emoji, and no other. */
export async function markOn(
  web: webApi.WebClient,
  { channel }: Address,
  timestamp: string,
  wanted: Mark | undefined,
): Promise<void> {
  const already = (code: string) => (error: unknown) => {
    if (codeOf(error) !== code) throw error;
  };
  for (const [mark, { name }] of Object.entries(MARKS)) {
    const on = { channel, timestamp, name };
    const change =
      mark === wanted
        ? web.reactions.add(on).catch(already('already_reacted'))
        : web.reactions.remove(on).catch(already('no_reaction'));
    await asked(`marking a message in ${channel}`, change);
  }
}
