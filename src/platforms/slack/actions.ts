import type { App } from '@slack/bolt';
import { z } from 'zod';
import { backTo, idOf, placeOf, type SlackContext } from './context.ts';
import { begin } from './forms.ts';
import { showHome } from './home.ts';
import { arrivalIn } from './receiver/gate.ts';
import { carriedBy } from './render/actions.ts';

const PRESSED = z.object({
  user: z.object({
    id: z.string(),
    username: z.string().optional(),
    team_id: z.string().optional(),
  }),
  channel: z.object({ id: z.string() }).optional(),
  container: z.object({ message_ts: z.string().optional(), is_ephemeral: z.boolean().optional() }),
  message: z.object({ ts: z.string(), thread_ts: z.string().optional() }).optional(),
  view: z.object({ id: z.string(), type: z.string() }).optional(),
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
  actions: z.tuple([
    z.object({ action_id: z.string(), action_ts: z.string(), value: z.string().default('') }),
  ]),
});
type Pressed = z.infer<typeof PRESSED>;

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function onButtons(app: App, context: SlackContext): void {
  app.action(/^do:\d+$/, async ({ body, ack, context: bolt }) => {
    const pressed = PRESSED.parse(body);
    const [{ action_id, action_ts, value }] = pressed.actions;
    const carried = carriedBy(value);
    const id = idOf(action_ts, placeIn(pressed), action_id, pressed.user.id);
    if (!carried) {
      context.log.warn({ event: id }, 'a button carried nothing that we put there');
      return ack();
    }
    const user = pressed.user.id;
    // The bot's own page has no channel: the answer is sent to the person's conversation with the bot.
    const channel = pressed.channel?.id ?? user;
    const thread = threadOf(pressed);
    const heard = {
      what: {
        invocation: {
          id,
          command: carried.command,
          input: carried.argument,
          by: await context.members.identity(user, {
            name: pressed.user.username,
            team: pressed.user.team_id,
          }),
          from: placeOf(channel),
        },
      },
      to: backTo(context, { user, channel, url: pressed.response_url }),
      // Not the place of the button: on the Home tab several cards have a first one, and it changes with them.
      control: `${placeIn(pressed)} ${carried.command} ${carried.argument}`.trimEnd(),
      ...(thread !== undefined && { thread }),
    };
    await begin(context, heard, {
      ...{ trigger: pressed.trigger_id, ack: () => ack(), arrival: arrivalIn(bolt) },
    });
    if (pressed.view?.type === 'home')
      context.later('showing the home tab', () => showHome(context, user, id));
  });
}

function placeIn({ container, message, view }: Pressed): string {
  return message?.ts ?? container.message_ts ?? view?.id ?? 'nowhere';
}

/** An ephemeral message has no thread. */
function threadOf({ container, message }: Pressed): string | undefined {
  return container.is_ephemeral ? undefined : (message?.thread_ts ?? message?.ts);
}
