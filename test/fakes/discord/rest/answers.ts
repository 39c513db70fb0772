import { asJson } from '../answered.ts';
import { byToken, callBack, followUp, reached, removeMessage, rewrite } from '../interactions.ts';
import { FLAG } from '../limits.ts';
import { MessageBody } from '../shapes.ts';
import type { World } from '../state.ts';
import { type Answer, type Asked, done, ok, type Route, read, route } from './route.ts';

const HOOK = '/webhooks/{webhook_id}/{webhook_token}';

/** The bot's responses to an interaction, by its token. */
export function answerRoutes(world: World): Route[] {
  const by = ({ at }: Asked) => byToken(world, at('webhook_id'), at('webhook_token'));
  // The document describes the first response apart from later ones.
  const messageRoutes = (path: string, id: (asked: Asked) => string): Route[] => [
    route('GET', path, (asked) => ok(asJson(world, reached(world, by(asked), id(asked))))),
    route('PATCH', path, (asked) => {
      const interaction = by(asked);
      const held = reached(world, interaction, id(asked));
      const body = read(MessageBody, asked.body);
      rewrite(world, interaction, asked.where, held, body, asked.uploads);
      return ok(asJson(world, held));
    }),
    route('DELETE', path, (asked) => {
      removeMessage(world, reached(world, by(asked), id(asked)));
      return done;
    }),
  ];
  return [
    route('POST', '/interactions/{interaction_id}/{interaction_token}/callback', (asked) =>
      callback(world, asked),
    ),
    route('POST', HOOK, (asked) => {
      const body = read(MessageBody, asked.body);
      return ok(asJson(world, followUp(world, by(asked), asked.where, body, asked.uploads)));
    }),
    ...messageRoutes(`${HOOK}/messages/@original`, () => '@original'),
    ...messageRoutes(`${HOOK}/messages/{message_id}`, ({ at }) => at('message_id')),
  ];
}

function callback(world: World, { at, query, body, uploads }: Asked): Answer {
  const interaction = callBack(
    world,
    { id: at('interaction_id'), token: at('interaction_token') },
    body,
    uploads,
  );
  if (query.get('with_response') !== 'true') return done;
  const { id, type, original, callback: kind, channel } = interaction;
  const guild = world.guildOf(channel);
  return ok({
    interaction: {
      id,
      type,
      channel_id: channel.id,
      ...(guild ? { guild_id: guild.id } : {}),
      ...(original
        ? {
            response_message_id: original.id,
            response_message_loading: (original.flags & FLAG.loading) !== 0,
            response_message_ephemeral: original.onlyFor !== undefined,
          }
        : {}),
    },
    ...(original ? { resource: { type: kind, message: asJson(world, original) } } : {}),
  });
}
