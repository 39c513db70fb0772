import type { Client } from 'discord.js';
import { z } from 'zod';

const Snowflake = z.string().regex(/^\d{1,20}$/);
const Known = z.looseObject({ id: Snowflake });

/** What every interaction must contain to be handled. */
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
 * Drops malformed events. discord.js throws on an event of an unexpected shape, inside its own connection, where it
 * cannot be caught: a single such event would end the process. The method that receives every event is private, so a
 * version without it is not changed; test/abuse/discord.test.ts would fail then.
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
