import { ChannelType, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import { asFault } from './faults.ts';
import { createMemory } from './memory.ts';

const REMEMBERED = 1000;
const THREADS: readonly number[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
];

const Channel = z.object({ type: z.number(), guild_id: z.string().optional() });

export interface Place {
  /** Absent for direct messages. */
  guild: string | undefined;
  isThread: boolean;
}

/** The guild and type of a channel. They never change, so they are fetched once. */
export function createPlaces(rest: REST) {
  const known = createMemory<Place>(REMEMBERED);
  return async (channel: string): Promise<Place> => {
    const before = known.get(channel);
    if (before) return before;
    const asked = await rest.get(Routes.channel(channel)).catch((error: unknown) => {
      throw asFault(error, `Looking at channel ${channel}`);
    });
    const { type, guild_id: guild } = Channel.parse(asked);
    const place = { guild, isThread: THREADS.includes(type) };
    known.set(channel, place);
    return place;
  };
}
