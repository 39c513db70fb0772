import { ButtonStyle } from 'discord.js';
import { z } from 'zod';
import type { Action } from '../../../core/card.ts';
import type { Press } from './press.ts';

const node = z.object({
  custom_id: z.string().optional(),
  label: z.string().optional(),
  style: z.number().optional(),
  components: z.array(z.unknown()).optional(),
});

/**
 * The action of a pressed button, as far as the message contains it: after a restart its label is known only from
 * there. Its confirmation is not stored on Discord.
 * @param components of the message, as Discord's API gives them
 */
export function actionPressed(
  { command, argument }: Press,
  customId: string,
  components: readonly unknown[],
): Action {
  const { label, style } = find(customId, components) ?? {};
  return {
    label: label ?? command,
    command,
    argument,
    ...(style === ButtonStyle.Danger && { style: 'danger' }),
    ...(style === ButtonStyle.Primary && { style: 'primary' }),
  };
}

function find(customId: string, components: readonly unknown[]): z.output<typeof node> | undefined {
  for (const component of components) {
    const { data } = node.safeParse(component);
    if (data?.custom_id === customId) return data;
    const inside = find(customId, data?.components ?? []);
    if (inside) return inside;
  }
  return undefined;
}
