import { type BaseInteraction, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Identity } from '../../core/people.ts';
import { asFault, CODE, hasCode } from './faults.ts';
import { createMemory } from './memory.ts';

/** Someone who reacts to several messages is looked up once; a role that was removed counts soon. */
const FRESH_MS = 10_000;
const REMEMBERED = 1000;

export const Member = z.object({
  user: z.object({
    id: z.string(),
    username: z.string(),
    global_name: z.string().nullish(),
    bot: z.boolean().nullish(),
  }),
  nick: z.string().nullish(),
  roles: z.array(z.string()),
});

/** Undefined for bots: they have roles too, and other bots react to posts. */
export function personOf({ user, nick, roles }: z.output<typeof Member>): Identity | undefined {
  if (user.bot) return undefined;
  return {
    platform: 'discord',
    user: user.id,
    name: nick ?? user.global_name ?? user.username,
    groups: roles,
  };
}

/** The person, with their current roles, which the event contains. */
export function actorOf({ user, member }: BaseInteraction): Identity {
  const roles = member?.roles ?? [];
  const name = member && 'displayName' in member ? member.displayName : member?.nick;
  return {
    platform: 'discord',
    user: user.id,
    name: name ?? user.displayName,
    groups: 'cache' in roles ? [...roles.cache.keys()] : roles,
  };
}

export interface Members {
  /** Undefined for people who are not members of the guild, and for bots. */
  find(guild: string, user: string): Promise<Identity | undefined>;
  /** The same, fetched from Discord now. */
  now(guild: string, user: string): Promise<Identity | undefined>;
}

/** Members of a guild with their current roles, for events that contain only an ID. */
export function createMembers(rest: REST): Members {
  const known = createMemory<{ at: number; asked: Promise<Identity | undefined> }>(REMEMBERED);

  async function ask(guild: string, user: string): Promise<Identity | undefined> {
    try {
      return personOf(Member.parse(await rest.get(Routes.guildMember(guild, user))));
    } catch (error) {
      if (hasCode(error, CODE.unknownMember)) return undefined;
      throw asFault(error, `looking up who ${user} is in ${guild}`);
    }
  }

  return {
    now: ask,
    find(guild, user) {
      const key = `${guild} ${user}`;
      const now = performance.now();
      const before = known.get(key);
      if (before && now - before.at < FRESH_MS) return before.asked;
      const asked = ask(guild, user);
      known.set(key, { at: now, asked });
      asked.catch(() => known.forget(key));
      return asked;
    },
  };
}
