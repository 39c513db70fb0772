import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Card } from '../../core/card.ts';
import { inWords } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { Log } from '../../core/log.ts';
import type { Reply } from '../../core/reply.ts';
import type { Acks } from './acks.ts';
import { asFault, CODE, hasCode } from './faults.ts';
import { type Messages, nonceOf } from './messages.ts';

/** A command in a message. */
const Said = z.object({ user: z.string(), channel: z.string(), message: z.string() });

/** What is needed to answer an event; stored with it. */
const To = z.union([
  /** For an interaction; `missing`: permissions that the bot lacks for posting there. */
  z.object({ token: z.string(), missing: z.array(z.string()) }),
  /** For a command in a message. */
  Said,
  /** For a reaction or a reply, which cannot be answered; `event`: its ID. */
  z.object({ user: z.string(), event: z.string().optional() }),
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

/** Answers for one person: instead of "is thinking …", or as a direct message. */
export function createAnswers({ rest, applicationId, messages, acks, log }: Parts) {
  const original = (token: string) => Routes.webhookMessage(applicationId, token, '@original');

  /** False if the person can no longer be answered: the event's token expires after 15 minutes. */
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
    unlessOver('removing the pending answer', () => rest.delete(original(token), { auth: false }));

  function toUser(user: string, card: Card, event = ''): Promise<boolean> {
    return unlessOver(`writing to user ${user}`, async () => {
      const channel = Channel.parse(
        await rest.post(Routes.userChannels(), { body: { recipient_id: user } }),
      );
      const { body } = await messages.dress(withoutPictures(card), NOTHING_THERE);
      await rest.post(Routes.channelMessages(channel.id), { body: { ...body, ...onceFor(event) } });
    });
  }

  /** Nothing in a channel is private there. Who accepts no direct messages is told where the answer would be. */
  async function inPrivate(to: z.output<typeof Said>, reply: Reply): Promise<boolean> {
    if (reply.audience !== 'caller') return false;
    if (await toUser(to.user, reply.card, to.message)) return true;
    return unlessOver(`answering in channel ${to.channel}`, () =>
      rest.post(Routes.channelMessages(to.channel), {
        body: {
          content:
            'The answer is only for you, and you accept no direct messages from this server. Use the slash command instead.',
          message_reference: { message_id: to.message, fail_if_not_exists: false },
          allowed_mentions: { parse: [], replied_user: true },
          ...onceFor(to.message),
        },
      }),
    );
  }

  return {
    show,
    remove,
    /** As `Platform.answer`. */
    async answer(kept: Json, reply: Reply): Promise<boolean> {
      const to = To.parse(kept);
      if ('channel' in to) return inPrivate(to, reply);
      // The message shows what a vote did; only a refusal needs an answer.
      if ('user' in to) return reply.fault ? toUser(to.user, reply.card, to.event) : false;
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

/** The token has expired or was never acknowledged, its message was dismissed, or the person accepts no messages. */
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

/** If the answer to an event is sent again, Discord does not post it a second time. */
function onceFor(event: string) {
  return event === '' ? {} : { nonce: nonceOf('answer', event), enforce_nonce: true };
}

function withoutPictures({ pictures: _, actions: __, ...card }: Card): Card {
  return card;
}
