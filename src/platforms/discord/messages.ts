import { createHash } from 'node:crypto';
import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Address } from '../../core/address.ts';
import type { Card } from '../../core/card.ts';
import { NotFound } from '../../core/errors.ts';
import type { Log } from '../../core/log.ts';
import type { PostOptions } from '../../core/platform.ts';
import type { Artifacts } from '../../core/ports/artifacts.ts';
import { asFault, CODE, hasCode, hideToken } from './faults.ts';
import { createMemory } from './memory.ts';
import { filesOf, loadPictures } from './pictures.ts';
import type { createPlaces } from './places.ts';
import { carriesMark, markOf } from './render/mark.ts';
import { toMessage } from './render/message.ts';
import { createThreads, whereIs } from './threads.ts';

const REMEMBERED = 5000;
/** The maximum of one request; an earlier attempt is never further back. */
const LOOKED_THROUGH = '100';

const Message = z.object({
  id: z.string(),
  attachments: z.array(z.object({ id: z.string(), filename: z.string() })),
});
const Messages = z.array(
  z.object({
    id: z.string(),
    author: z.object({ id: z.string() }),
    components: z.array(z.object({ id: z.number().optional() })).nullish(),
  }),
);

interface Parts {
  rest: REST;
  placeOf: ReturnType<typeof createPlaces>;
  artifacts: Pick<Artifacts, 'read'>;
  /** The bot's own user id. */
  me: () => Promise<string>;
  log: Log;
}

/** Cards as messages in channels and threads. */
export function createMessages({ rest, placeOf, artifacts, me, log }: Parts) {
  const threadOf = createThreads(rest, placeOf);
  const posted = createMemory<string>(REMEMBERED);
  const titles = createMemory<string>(REMEMBERED);
  const attached = createMemory<ReadonlyMap<string, string>>(REMEMBERED);

  /** A body and its files; Discord keeps the existing ones in `there`, by file name and ID. */
  async function dress(card: Card, there: ReadonlyMap<string, string>, key?: string) {
    const pictures = await loadPictures(card.pictures ?? [], there, artifacts, log);
    const options = { pictures: pictures.names, ...(key !== undefined && { key }) };
    const message = toMessage(card, options);
    const { attachments, files } = filesOf(message.attachments, there, pictures);
    return { body: { ...message, attachments }, files };
  }

  /** Retries as plain text if Discord refuses the message. */
  async function orPlain<T>(card: Card, send: (card: Card) => Promise<T>): Promise<T> {
    try {
      return await send(card);
    } catch (err) {
      if (!hasCode(err, CODE.invalidForm, CODE.tooLarge)) throw err;
      hideToken(err);
      log.error({ err, title: card.title }, 'Discord refused a message; it is sent as plain text');
      return send(plain(card));
    }
  }

  const remember = (answer: unknown): string => {
    const { id, attachments } = Message.parse(answer);
    attached.set(id, new Map(attachments.map((one) => [one.filename, one.id])));
    return id;
  };

  async function standing(channel: string, id: string): Promise<ReadonlyMap<string, string>> {
    if (!attached.get(id)) remember(await rest.get(Routes.channelMessage(channel, id)));
    return attached.get(id) ?? new Map();
  }

  async function change(channel: string, id: string, card: Card, key?: string): Promise<void> {
    await orPlain(card, async (shown) => {
      const there = shown.pictures?.length ? await standing(channel, id) : new Map();
      const { body, files } = await dress(shown, there, key);
      const patch = () => rest.patch(Routes.channelMessage(channel, id), { body, files });
      remember(
        await patch().catch(async (error: unknown) => {
          if (!hasCode(error, CODE.archived)) throw error;
          await rest.patch(Routes.channel(channel), { body: { archived: false } });
          return patch();
        }),
      );
    });
  }

  /** A message that an earlier attempt posted, although its response was lost. */
  async function find(channel: string, key: string): Promise<string | undefined> {
    const query = new URLSearchParams({ limit: LOOKED_THROUGH });
    const newest = Messages.parse(await rest.get(Routes.channelMessages(channel), { query }));
    const [mine, mark] = [await me(), markOf(key)];
    return newest.find((one) => one.author.id === mine && carriesMark(one, mark))?.id;
  }

  async function send(channel: string, card: Card, key: string): Promise<string> {
    return orPlain(card, async (shown) => {
      const { body, files } = await dress(shown, new Map(), key);
      const nonce = nonceOf(channel, key);
      const sent = { ...body, nonce, enforce_nonce: true };
      return remember(await rest.post(Routes.channelMessages(channel), { body: sent, files }));
    });
  }

  return {
    dress,
    orPlain,

    async post(where: Address, card: Card, options: Pick<PostOptions, 'key' | 'thread' | 'again'>) {
      const { key, thread, again } = options;
      try {
        const title = titles.get(thread ?? '') ?? card.title;
        const inThread = thread !== undefined;
        const channel = inThread ? await threadOf(where.channel, thread, title) : where.channel;
        const before =
          posted.get(`${channel} ${key}`) ?? (again ? await find(channel, key) : undefined);
        // The existing message may show an older state of the card.
        if (before !== undefined) await change(channel, before, card, key).catch(unlessGone);
        const id = before ?? (await send(channel, card, key));
        const name = channel === where.channel ? id : `${channel}/${id}`;
        posted.set(`${channel} ${key}`, id);
        titles.set(name, card.title);
        return name;
      } catch (error) {
        throw asFault(error, `Posting in channel ${where.channel}`);
      }
    },

    async remove(where: Address, message: string): Promise<void> {
      const { channel, id } = whereIs(where.channel, message);
      await rest.delete(Routes.channelMessage(channel, id)).catch((error: unknown) => {
        throw asFault(error, `Removing message ${id} in channel ${channel}`);
      });
    },

    async edit(where: Address, message: string, card: Card): Promise<void> {
      const { channel, id } = whereIs(where.channel, message);
      try {
        await change(channel, id, card);
        titles.set(message, card.title);
      } catch (error) {
        throw asFault(error, `Editing message ${id} in channel ${channel}`);
      }
    },
  };
}

export type Messages = ReturnType<typeof createMessages>;

/** For some minutes, Discord returns the first message if we post another with the same nonce. */
export function nonceOf(channel: string, key: string): string {
  return createHash('sha256').update(`${channel} ${key}`).digest('base64url').slice(0, 25);
}

function plain({ title, tone, text }: Card): Card {
  return {
    ...{ title, tone },
    ...(text !== undefined && { text }),
    footer: 'Part of this message cannot be shown on Discord.',
  };
}

function unlessGone(error: unknown): void {
  if (hasCode(error, CODE.unknownMessage) || error instanceof NotFound) return;
  throw error;
}
