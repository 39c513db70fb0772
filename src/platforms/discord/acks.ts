import { type InteractionResponseType, type REST, Routes } from 'discord.js';
import type { Log } from '../../core/log.ts';
import { CODE, hasCode, hideToken } from './faults.ts';
import { createMemory } from './memory.ts';

/** Answers come shortly after their event, or after a restart, when all events are acknowledged. */
const REMEMBERED = 2000;

interface Event {
  id: string;
  token: string;
}

interface Callback {
  type: InteractionResponseType;
  data?: unknown;
}

/** The acknowledgement of an event, due within three seconds; resolves with whether Discord accepted it. */
export function createAcks(rest: REST, log: Log) {
  const known = createMemory<Promise<boolean>>(REMEMBERED);
  const running = new Set<Promise<unknown>>();

  async function send({ id, token }: Event, body: Callback): Promise<boolean> {
    try {
      await rest.post(Routes.interactionCallback(id, token), { body, auth: false });
      return true;
    } catch (err) {
      hideToken(err);
      // It was acknowledged already, usually by ourselves: the event came twice.
      if (hasCode(err, CODE.alreadyAcknowledged)) {
        log.info({ interaction: id }, 'Discord: the event was acknowledged before');
        return true;
      }
      if (hasCode(err, CODE.unknownInteraction))
        log.info(
          { interaction: id },
          'Discord: the event was acknowledged too late to be answered',
        );
      else log.warn({ err, interaction: id }, 'Discord: an event could not be acknowledged');
      return false;
    }
  }

  return {
    send,
    /** `answer` waits for this, so that it does not come before the message that it replaces. */
    expect(token: string, acknowledged: Promise<boolean>): void {
      known.set(token, acknowledged);
      running.add(acknowledged);
      acknowledged.finally(() => running.delete(acknowledged)).catch(() => {});
    },
    /** True if unknown: it was acknowledged before a restart. */
    arrived: async (token: string): Promise<boolean> => (await known.get(token)) ?? true,
    async settled(): Promise<void> {
      await Promise.allSettled(running);
    },
  };
}

export type Acks = ReturnType<typeof createAcks>;
