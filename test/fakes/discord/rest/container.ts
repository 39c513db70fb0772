import { z } from 'zod';
import { excessesOfCommands } from '../command-limits.ts';
import { refusals } from '../errors.ts';
import { CommandBody, withoutNulls } from '../shapes.ts';
import type { World } from '../state.ts';
import { applicationAsJson, guildAsJson, newDirectChannel } from '../things.ts';
import { type Asked, limitOf, ok, type Route, read, route } from './route.ts';

/** The bot itself, its guilds, and its commands. */
export function houseRoutes(world: World, gateway: () => unknown): Route[] {
  const application = () =>
    ok(applicationAsJson(world.applicationId, world.applicationName, world.bot, world.guilds.size));
  return [
    route('GET', '/gateway/bot', () => ok(gateway())),
    route('GET', '/users/@me', () => ok({ ...world.bot, mfa_enabled: true, locale: 'en-US' })),
    route('GET', '/applications/@me', application),
    route('GET', '/oauth2/applications/@me', application),
    route('GET', '/users/{user_id}', ({ at }) => {
      const user = world.users.get(at('user_id'));
      if (user === undefined) throw refusals.unknownUser();
      return ok(user);
    }),
    route('POST', '/users/@me/channels', ({ body }) => {
      const { recipient_id: id } = read(z.object({ recipient_id: z.string() }), body);
      const user = world.users.get(id);
      if (user === undefined) throw refusals.unknownUser();
      const there = [...world.channels.values()].find(
        (channel) => 'recipients' in channel && channel.recipients.includes(user),
      );
      const channel = there ?? newDirectChannel(world.nextId(), user);
      world.channels.set(channel.id, channel);
      return ok(channel);
    }),
    route('GET', '/guilds/{guild_id}', ({ at }) => ok(guildAsJson(world.guild(at('guild_id'))))),
    route('GET', '/guilds/{guild_id}/channels', ({ at }) => {
      const guild = world.guild(at('guild_id'));
      return ok(
        [...world.channels.values()].filter(
          (one) => one.type === 0 && 'guild_id' in one && one.guild_id === guild.id,
        ),
      );
    }),
    route('GET', '/guilds/{guild_id}/roles', ({ at }) =>
      ok([...world.guild(at('guild_id')).roles.values()]),
    ),
    route('GET', '/guilds/{guild_id}/members', ({ at, query }) => {
      const after = BigInt(query.get('after') ?? 0);
      const members = [...world.guild(at('guild_id')).members.values()]
        .filter(({ user }) => BigInt(user.id) > after)
        .toSorted((a, b) => (BigInt(a.user.id) < BigInt(b.user.id) ? -1 : 1));
      return ok(members.slice(0, limitOf(query, 1, 1000)));
    }),
    route('GET', '/guilds/{guild_id}/members/{user_id}', ({ at }) => {
      const member = world.guild(at('guild_id')).members.get(at('user_id'));
      if (member === undefined) throw refusals.unknownMember();
      return ok(member);
    }),
    ...commandRoutes(world, '/applications/{application_id}/commands'),
    ...commandRoutes(world, '/applications/{application_id}/guilds/{guild_id}/commands'),
  ];
}

function commandRoutes(world: World, path: string): Route[] {
  const local = path.includes('{guild_id}');
  const place = ({ at }: Asked) => (local ? world.guild(at('guild_id')).id : '');
  return [
    route('GET', path, (asked) => ok(world.commands.get(place(asked)) ?? [])),
    route('PUT', path, (asked) => {
      const guild = place(asked);
      const bodies = read(z.array(CommandBody), withoutNulls(asked.body));
      const excesses = excessesOfCommands(bodies);
      for (const one of excesses) world.fault('limit', asked.where, `${one.path}: ${one.message}`);
      if (excesses.length > 0) throw refusals.invalidForm(excesses);
      const before = world.commands.get(guild) ?? [];
      const after = bodies.map(({ default_member_permissions: least, ...body }) => ({
        dm_permission: true,
        nsfw: false,
        integration_types: [0],
        ...body,
        // An integer is sent, a string comes back.
        default_member_permissions: least === undefined ? null : String(least),
        id: before.find(({ name }) => name === body.name)?.id ?? world.nextId(),
        application_id: world.applicationId,
        version: world.nextId(),
        ...(local ? { guild_id: guild } : {}),
      }));
      world.commands.set(guild, after);
      return ok(after);
    }),
  ];
}
