import type { Client } from 'discord.js';
import { z } from 'zod';

const Snowflake = z.string().regex(/^\d{1,20}$/);
const Known = z.looseObject({ id: Snowflake });

/** What every interaction must have before anything is made of it. */
const Interaction = z.looseObject({
  t: z.literal('INTERACTION_CREATE'),
  d: z
    .looseObject({
      id: Snowflake,
      token: z.string().min(1),
      channel: Known,
      channel_id: Snowflake,
      user: Known.optional(),
      member: z.looseObject({ user: Known }).optional(),
    })
    .refine(({ user, member }) => user ?? member, 'nobody did it'),
});

/**
 * Events that are not what they should be are left out. discord.js throws where an event has not the shape that it expects, inside of its own connection,
 * where nobody can catch it: a single such event would end the process. The method that it hands every
 * event to is private, so a version without it is left as it is; test/abuse/discord.test.ts would tell.
 */
export function outliveUnreadable(
  { ws }: Client,
  unreadable: (error: unknown, event: string) => void,
): void {
  const handle: unknown = Reflect.get(ws, 'handlePacket');
  if (typeof handle !== 'function') return;
  Reflect.set(ws, 'handlePacket', (packet: unknown, shard: unknown): unknown => {
    try {
      if (nameOf(packet) === 'INTERACTION_CREATE') Interaction.parse(packet);
      return Reflect.apply(handle, ws, [packet, shard]);
    } catch (error) {
      unreadable(error, nameOf(packet));
      return false;
    }
  });
}

function nameOf(packet: unknown): string {
  const isNamed = typeof packet === 'object' && packet !== null && 't' in packet;
  return isNamed ? String(packet.t) : 'without a name';
}
