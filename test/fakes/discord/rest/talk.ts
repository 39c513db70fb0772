import { z } from 'zod';
import { asJson } from '../answered.ts';
import { refusals } from '../errors.ts';
import { removeMessage } from '../interactions.ts';
import type { Held } from '../kept.ts';
import { addMessage, editMessage } from '../messages.ts';
import { react, readEmoji } from '../reactions.ts';
import { MessageBody } from '../shapes.ts';
import type { World } from '../state.ts';
import { isThread } from '../things.ts';
import { addThread, joinThread, membersOf } from '../threads.ts';
import { type Asked, done, limitOf, ok, type Route, read, route, threadOnly } from './route.ts';

const MESSAGES = '/channels/{channel_id}/messages';
const MESSAGE = `${MESSAGES}/{message_id}`;
const REACTION = `${MESSAGE}/reactions/{emoji_name}`;
const MEMBERS = '/channels/{channel_id}/thread-members';

/** How long the same nonce gives the same message, in milliseconds: "a few minutes". */
const NONCE_LIFE = 5 * 60 * 1000;

/** Messages of a channel. */
export function messageRoutes(world: World): Route[] {
  const held = ({ at }: Asked) => world.message(at('channel_id'), at('message_id'));
  const own = (asked: Asked): Held => {
    const message = held(asked);
    if (message.author !== world.bot) throw refusals.notYours();
    return message;
  };
  return [
    route('GET', '/channels/{channel_id}', ({ at }) => ok(world.channel(at('channel_id')))),
    route('GET', MESSAGES, ({ at, query }) => {
      const { id } = world.channel(at('channel_id'));
      const [before, after] = [query.get('before'), query.get('after')].map((bound) =>
        bound === null ? undefined : BigInt(bound),
      );
      const all = [...world.messages.values()]
        .filter(({ channel, onlyFor }) => channel.id === id && onlyFor === undefined)
        .filter((one) => before === undefined || BigInt(one.id) < before)
        .filter((one) => after === undefined || BigInt(one.id) > after);
      const limit = limitOf(query, 50, 100);
      const page = after === undefined ? all.slice(-limit) : all.slice(0, limit);
      return ok(page.toReversed().map((one) => asJson(world, one)));
    }),
    route('POST', MESSAGES, ({ at, where, body, uploads }) => {
      const channel = world.channel(at('channel_id'));
      const wanted = read(MessageBody, body);
      const { nonce, enforce_nonce: enforced, message_reference: to } = wanted;
      const key = `${channel.id} ${nonce}`;
      const before = nonce === undefined || !enforced ? undefined : world.nonces.get(key);
      const fresh = before !== undefined && world.clock.now() - before.at < NONCE_LIFE;
      const reference = to?.message_id && {
        message_reference: { type: 0, channel_id: channel.id, message_id: to.message_id },
      };
      const message = fresh
        ? before.message
        : addMessage(
            world,
            where,
            {
              channel,
              author: world.bot,
              type: reference ? 19 : 0,
              ...(reference ? { extra: reference } : {}),
            },
            wanted,
            uploads,
          );
      if (nonce !== undefined && !fresh) world.nonces.set(key, { message, at: world.clock.now() });
      return ok({ ...asJson(world, message), ...(nonce === undefined ? {} : { nonce }) });
    }),
    route('GET', MESSAGE, (asked) => ok(asJson(world, held(asked)))),
    route('PATCH', MESSAGE, (asked) => {
      const message = own(asked);
      editMessage(world, asked.where, message, read(MessageBody, asked.body), asked.uploads);
      return ok(asJson(world, message));
    }),
    route('DELETE', MESSAGE, (asked) => {
      removeMessage(world, held(asked));
      return done;
    }),
  ];
}

export function reactionRoutes(world: World): Route[] {
  const held = ({ at }: Asked) => world.message(at('channel_id'), at('message_id'));
  const emoji = ({ at }: Asked) => readEmoji(at('emoji_name'));
  const take = (asked: Asked, user: string) => {
    const who = world.users.get(user);
    if (who === undefined) throw refusals.unknownUser();
    react(world, held(asked), who, { emoji: emoji(asked), on: false });
    return done;
  };
  return [
    route('PUT', `${REACTION}/@me`, (asked) => {
      react(world, held(asked), world.bot, { emoji: emoji(asked), on: true });
      return done;
    }),
    route('DELETE', `${REACTION}/@me`, (asked) => take(asked, world.bot.id)),
    route('DELETE', `${REACTION}/{user_id}`, (asked) => take(asked, asked.at('user_id'))),
    route('GET', REACTION, (asked) => {
      const after = BigInt(asked.query.get('after') ?? 0);
      const ids = [...(held(asked).reactions.get(emoji(asked)) ?? [])]
        .filter((id) => BigInt(id) > after)
        .toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
      const page = ids.slice(0, limitOf(asked.query, 25, 100));
      return ok(page.flatMap((id) => world.users.get(id) ?? []));
    }),
    route('DELETE', REACTION, (asked) => {
      held(asked).reactions.delete(emoji(asked));
      return done;
    }),
    route('DELETE', `${MESSAGE}/reactions`, (asked) => {
      held(asked).reactions.clear();
      return done;
    }),
  ];
}

const NewThread = z.object({
  name: z.string(),
  type: z.number().nullish(),
  auto_archive_duration: z.number().nullish(),
});

export function threadRoutes(world: World): Route[] {
  const make = (asked: Asked, message?: Held) => {
    const parent = world.channel(asked.at('channel_id'));
    const { name, type, auto_archive_duration: minutes } = read(NewThread, asked.body);
    const thread = addThread(world, parent, {
      name,
      // Without a message, threads are private unless asked to be public.
      isPrivate: message === undefined && (type ?? 12) === 12,
      archiveMinutes: minutes ?? 4320,
      ...(message ? { message } : {}),
    });
    return { status: 201, body: thread };
  };
  const thread = ({ at }: Asked) => threadOnly(world.channel(at('channel_id')));
  const join = (asked: Asked, user: string) => {
    joinThread(world, thread(asked), user);
    return done;
  };
  const leave = (asked: Asked, user: string) => {
    world.threadMembers.get(thread(asked).id)?.delete(user);
    return done;
  };
  return [
    route('POST', `${MESSAGE}/threads`, (asked) =>
      make(asked, world.message(asked.at('channel_id'), asked.at('message_id'))),
    ),
    route('POST', '/channels/{channel_id}/threads', (asked) => make(asked)),
    route('PATCH', '/channels/{channel_id}', (asked) => {
      const channel = world.channel(asked.at('channel_id'));
      const change = read(
        z.object({
          name: z.string().optional(),
          archived: z.boolean().optional(),
          locked: z.boolean().optional(),
        }),
        asked.body,
      );
      if (change.name !== undefined && 'name' in channel) channel.name = change.name;
      if (isThread(channel)) {
        const { thread_metadata: meta } = channel;
        meta.archived = change.archived ?? meta.archived;
        meta.locked = change.locked ?? meta.locked;
        world.dispatch('THREAD_UPDATE', channel);
      }
      return ok(channel);
    }),
    route('GET', MEMBERS, (asked) => ok(membersOf(world, thread(asked)))),
    route('PUT', `${MEMBERS}/@me`, (asked) => join(asked, world.bot.id)),
    route('DELETE', `${MEMBERS}/@me`, (asked) => leave(asked, world.bot.id)),
    route('GET', `${MEMBERS}/{user_id}`, (asked) => {
      const all = membersOf(world, thread(asked));
      const member = all.find(({ user_id }) => user_id === asked.at('user_id'));
      if (member === undefined) throw refusals.unknownMember();
      return ok(member);
    }),
    route('PUT', `${MEMBERS}/{user_id}`, (asked) => join(asked, asked.at('user_id'))),
    route('DELETE', `${MEMBERS}/{user_id}`, (asked) => leave(asked, asked.at('user_id'))),
  ];
}
