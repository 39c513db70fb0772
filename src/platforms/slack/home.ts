import type { App } from '@slack/bolt';
import { z } from 'zod';
import type { Card } from '../../core/card.ts';
import { idOf, placeOf, type SlackContext } from './context.ts';
import { asked } from './faults.ts';
import { REFUSED, refusalOf } from './refusals.ts';
import { toHome } from './render/home.ts';

const OPENED = z.object({
  event_id: z.string(),
  event: z.object({
    user: z.string(),
    tab: z.string().optional(),
    channel: z.string().optional(),
  }),
});

/** https://docs.slack.dev/reference/events/app_home_opened */
export function onHome(app: App, context: SlackContext): void {
  app.event('app_home_opened', async ({ body }) => {
    const { event, event_id } = OPENED.parse(body);
    if (event.channel) context.places.isOurs(event.channel);
    if (event.tab === 'messages') return;
    // Opening the tab changes nothing, so the event is not stored.
    context.later('showing the home tab', () => showHome(context, event.user, event_id));
  });
}

/** `reason` is different each time, so that the answers are new. */
export async function showHome(context: SlackContext, user: string, reason: string): Promise<void> {
  const { dispatch, members, web, home } = context;
  const by = await members.identity(user);
  const cards: Card[] = [];
  for (const [i, line] of home.entries()) {
    const [command = '', ...input] = line.split(' ');
    const id = idOf('home', reason, String(i));
    const { card } = await dispatch.invoke({ id, command, input, by, from: placeOf(user) });
    // An unknown person gets the same refusal from every command.
    if (!cards.some(({ title }) => title === card.title)) cards.push(card);
  }
  const publish = (sortable: boolean) =>
    web.views.publish({ user_id: user, view: toHome(cards, sortable) });
  await asked('showing the home tab', published(publish, context));
}

/** With sortable tables, or without them if Slack has refused them. */
async function published(
  publish: (sortable: boolean) => Promise<unknown>,
  context: SlackContext,
): Promise<unknown> {
  if (context.homeIsPlain) return publish(false);
  try {
    return await publish(true);
  } catch (error) {
    const refusal = refusalOf(error);
    if (!refusal || !REFUSED.includes(refusal.code)) throw error;
    const shown = await publish(false);
    context.homeIsPlain = true;
    context.log.warn(
      { code: refusal.code, messages: refusal.messages },
      'Slack does not take data_table in the Home tab: from now on tables are text there',
    );
    return shown;
  }
}
