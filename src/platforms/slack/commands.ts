import type { App } from '@slack/bolt';
import { z } from 'zod';
import { commandIn } from '../spoken.ts';
import { backTo, idOf, placeOf, type SlackContext } from './context.ts';
import { begin } from './forms.ts';
import { arrivalIn } from './receiver/gate.ts';
import { UMBRELLA } from './settings.ts';

const TYPED = z.object({
  command: z.string(),
  text: z.string().default(''),
  user_id: z.string(),
  user_name: z.string().optional(),
  channel_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
});

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export function onCommands(app: App, context: SlackContext): void {
  app.command(/^\//, async ({ body, ack, context: bolt }) => {
    const typed = TYPED.parse(body);
    const { user_id: user, channel_id: channel, response_url: url } = typed;
    const { command, text } = meant(typed, context.prefix);
    const by = await context.members.identity(user, { name: typed.user_name });
    const invocation = {
      id: idOf(typed.trigger_id),
      command,
      input: text,
      by,
      from: placeOf(channel),
    };
    const heard = { what: { invocation }, to: backTo(context, { user, channel, url }) };
    await begin(context, heard, {
      ...{ trigger: typed.trigger_id, ack: () => ack(), arrival: arrivalIn(bolt) },
    });
  });
}

/** `/ml-train flights` and `/wheelhouse train flights` are the same. */
export function meant(
  { command, text }: { command: string; text: string },
  prefix: string,
): { command: string; text: string } {
  const name = command.slice(1).toLowerCase();
  if (name !== UMBRELLA)
    return { command: name.startsWith(prefix) ? name.slice(prefix.length) : name, text };
  return commandIn(text, prefix);
}
