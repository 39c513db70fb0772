import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Card } from '../../core/card.ts';
import { inWords } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Log } from '../../core/log.ts';
import type { Reply } from '../../core/reply.ts';
import type { Acks } from './acks.ts';
import { asFault, CODE, hasCode } from './faults.ts';
import type { Messages } from './messages.ts';

/** What an answer needs to find its way, kept with the event. */
const To = z.union([
  /** To an interaction; `missing`: permissions without which nothing can be posted where it was. */
  z.object({ token: z.string(), missing: z.array(z.string()) }),
  /** To a reaction, which nobody can be answered on. */
  z.object({ user: z.string() }),
]);
export type To = z.output<typeof To>;

interface Parts {
  rest: REST;
  applicationId: string;
  messages: Pick<Messages, 'dress' | 'orPlain'>;
  acks: Pick<Acks, 'arrived'>;
  log: Log;
}

const NOTHING_THERE = new Map<string, string>();

/** Answers for one person: in place of "is thinking …", or as a direct message. */
export function createAnswers({ rest, applicationId, messages, acks, log }: Parts) {
  const original = (token: string) => Routes.webhookMessage(applicationId, token, '@original');

  /** False where nobody can be told so any more: 15 minutes after the event its token is void. */
  async function unlessOver(doing: string, tell: () => Promise<unknown>): Promise<boolean> {
    try {
      await tell();
      return true;
    } catch (error) {
      if (!hasCode(error, ...OVER)) throw asFault(error, doing);
      log.info({ why: inWords(error) }, `Discord: too late for ${doing}`);
      return false;
    }
  }

  const show = (token: string, card: Card): Promise<boolean> =>
    unlessOver('answering the one who asked', () =>
      messages.orPlain(card, async (shown) => {
        const { body, files } = await messages.dress(shown, NOTHING_THERE);
        await rest.patch(original(token), { body, files, auth: false });
      }),
    );

  const remove = (token: string): Promise<boolean> =>
    unlessOver('taking the waiting answer away', () =>
      rest.delete(original(token), { auth: false }),
    );

  async function toUser(user: string, { card, fault }: Reply): Promise<boolean> {
    // What a vote did stands on the message; only who was refused must be told why.
    if (!fault) return false;
    return unlessOver(`writing to user ${user}`, async () => {
      const channel = Channel.parse(
        await rest.post(Routes.userChannels(), { body: { recipient_id: user } }),
      );
      const { body } = await messages.dress(withoutPictures(card), NOTHING_THERE);
      await rest.post(Routes.channelMessages(channel.id), { body });
    });
  }

  return {
    show,
    remove,
    /** As `Platform.answer`. */
    async answer(kept: Json, reply: Reply): Promise<boolean> {
      const to = To.parse(kept);
      if ('user' in to) return toUser(to.user, reply);
      const { token, missing } = to;
      if (!(await acks.arrived(token))) return false;
      if (reply.audience === 'caller') return show(token, reply.card);
      if (missing.length > 0) return show(token, cannotPost(reply, missing));
      await remove(token);
      return false;
    },
  };
}

export type Answers = ReturnType<typeof createAnswers>;

const Channel = z.object({ id: z.string() });

/** The token is void, was never acknowledged, its message is put away, or they take no messages. */
const OVER = [
  CODE.invalidWebhookToken,
  CODE.unknownWebhook,
  CODE.unknownMessage,
  CODE.noDirectMessages,
];

function cannotPost({ card, subject }: Reply, missing: readonly string[]): Card {
  const then = subject ? ', and its message follows' : '';
  return {
    ...card,
    footer: `Only visible to you: the bot cannot post here. Grant it ${missing.join(' and ')} in this channel${then}.`,
  };
}

function withoutPictures({ pictures: _, actions: __, ...card }: Card): Card {
  return card;
}
