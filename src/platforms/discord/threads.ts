import { type REST, Routes, ThreadAutoArchiveDuration } from 'discord.js';
import { CODE, hasCode } from './faults.ts';
import { createMemory } from './memory.ts';
import type { createPlaces } from './places.ts';
import { flat } from './render/escape.ts';
import { shorten } from './render/fit.ts';

/** https://docs.discord.com/developers/resources/channel#start-thread-from-message */
const LONGEST_NAME = 100;
const REMEMBERED = 1000;

/** A message by the name that `post` returned: in a thread, the thread is in front. */
export function whereIs(channel: string, message: string): { channel: string; id: string } {
  const slash = message.indexOf('/');
  if (slash < 0) return { channel, id: message };
  return { channel: message.slice(0, slash), id: message.slice(slash + 1) };
}

export function createThreads(rest: REST, placeOf: ReturnType<typeof createPlaces>) {
  const known = createMemory<true>(REMEMBERED);

  /**
   * The channel for replies to `message`: its thread, which is created if necessary. Posting in an archived
   * thread opens it again.
   */
  return async (channel: string, message: string, title: string): Promise<string> => {
    const parent = whereIs(channel, message);
    // Discord has no threads in threads.
    if (parent.channel !== channel || (await placeOf(channel)).isThread) return parent.channel;
    // A thread that was created from a message has the ID of that message.
    if (known.get(parent.id)) return parent.id;
    const body = {
      name: shorten(flat(title), LONGEST_NAME, 'Details'),
      auto_archive_duration: ThreadAutoArchiveDuration.OneWeek,
    };
    await rest.post(Routes.threads(channel, parent.id), { body }).catch((error: unknown) => {
      if (!hasCode(error, CODE.hasThread)) throw error;
    });
    known.set(parent.id, true);
    return parent.id;
  };
}
