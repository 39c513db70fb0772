import { planAsText, visibleCard } from '../../core/card-texts.ts';
import { NotFound } from '../../core/errors.ts';
import { visible } from '../../core/one-line.ts';
import type { Dispatch, Invocation } from '../../core/platform.ts';
import type { Reply } from '../../core/reply.ts';
import { splitLine } from '../http/read.ts';
import type { Speakers } from '../http/speakers.ts';
import { toBot } from '../spoken.ts';
import type { Press, PrivateReply, React, Say } from './api.ts';
import { createOrder } from './order.ts';
import type { Room } from './room.ts';

/** What people do on the page. An act with the same ID happens once, even if it is repeated. */
export interface Acts {
  say(say: Say): Promise<PrivateReply | null>;
  press(press: Press): Promise<PrivateReply | null>;
  react(react: React): Promise<PrivateReply | null>;
  /** Resolves when a card can be posted in `channel` after the words that caused it. */
  turn(channel: string): Promise<void>;
}

interface Place {
  channel: string;
  thread: string | null;
}

const WEB = 'web';
const MENTION = /@wheelhouse/;

export function createActs(
  room: Room,
  speakers: Speakers,
  dispatch: () => Dispatch,
  channels: readonly { id: string }[],
): Acts {
  const order = createOrder();

  /** The reply that only the caller sees. A subject's card comes by `post`, from the outbox. */
  async function pass(
    reply: Reply | undefined,
    id: string,
    place: Place,
  ): Promise<PrivateReply | null> {
    if (reply?.audience === 'caller') return { card: planAsText(visibleCard(reply.card)) };
    if (reply && reply.subject === undefined) {
      const { card, outcome, data } = reply;
      await room.add({ key: `${id}:reply`, ...place, card, state: { outcome, data } });
    }
    return null;
  }

  const from = (channel: string): Invocation['from'] => ({ platform: WEB, channel });

  return {
    async say({ id, as, channel, text }) {
      if (!channels.some((known) => known.id === channel))
        throw new NotFound(`There is no channel ${JSON.stringify(channel)}.`);
      const user = speakers.named(as).id;
      const words = () => room.add({ key: id, channel, author: user, text: visible(text) });
      const line = text.startsWith('/') ? text.slice(1) : toBot(text, MENTION);
      if (line === undefined) {
        await words();
        return null;
      }
      const invocation = {
        id,
        ...splitLine(line.replace(/^\//, '') || 'help'),
        by: { platform: WEB, user },
        from: from(channel),
      };
      return order.during(channel, async () => {
        const reply = await dispatch().invoke(invocation);
        // Refused commands are not posted in the channel. After a crash here, the page sends the command again, the
        // dispatch recognizes the ID, and the words are stored then.
        if (reply.audience === 'channel' || reply.subject !== undefined) await words();
        return pass(reply, id, { channel, thread: null });
      });
    },

    async press({ id, as, post, command, argument }) {
      const { channel, thread } = await room.get(post);
      const by = { platform: WEB, user: speakers.named(as).id };
      const invocation = { id, command, input: argument, by, from: from(channel) };
      const reply = await dispatch().invoke(invocation);
      return pass(reply, id, { channel, thread: thread ?? post });
    },

    async react({ id, as, post, emoji, on }) {
      const { channel, thread } = await room.get(post);
      const user = speakers.named(as).id;
      await room.react(post, emoji, user, on);
      const by = { platform: WEB, user };
      const reply = await dispatch().react({
        id,
        emoji,
        on,
        message: post,
        by,
        from: from(channel),
      });
      return pass(reply, id, { channel, thread: thread ?? post });
    },

    turn: (channel) => order.settled(channel),
  };
}
