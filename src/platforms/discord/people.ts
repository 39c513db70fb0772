import { type BaseInteraction, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Identity } from '../../core/people.ts';
import { asFault, CODE, hasCode } from './faults.ts';
import { createMemory } from './memory.ts';

/** Who put several emoji on several messages is asked for once; a role that was taken counts soon. */
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

/** Undefined for programs: they hold roles too, and other bots react on whatever is posted. */
export function personOf({ user, nick, roles }: z.output<typeof Member>): Identity | undefined {
  if (user.bot) return undefined;
  return {
    platform: 'discord',
    user: user.id,
    name: nick ?? user.global_name ?? user.username,
    groups: roles,
  };
}

/** Who did it, with the roles that they have at this moment: Discord sends them along. */
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
  /** Undefined for who is not, or no longer, a member of the guild, and for programs. */
  find(guild: string, user: string): Promise<Identity | undefined>;
  /** The same, asked of Discord now. */
  now(guild: string, user: string): Promise<Identity | undefined>;
}

/** People as they stand in a guild now, for events that name them by id only. */
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
