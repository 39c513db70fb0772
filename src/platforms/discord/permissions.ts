import { PermissionFlagsBits, type PermissionsBitField } from 'discord.js';

/** The permissions that the bot needs to post, by Discord's names. */
export const NEEDED: ReadonlyMap<string, bigint> = new Map([
  ['View Channels', PermissionFlagsBits.ViewChannel],
  ['Send Messages', PermissionFlagsBits.SendMessages],
  ['Send Messages in Threads', PermissionFlagsBits.SendMessagesInThreads],
  ['Create Public Threads', PermissionFlagsBits.CreatePublicThreads],
  ['Attach Files', PermissionFlagsBits.AttachFiles],
  ['Add Reactions', PermissionFlagsBits.AddReactions],
  ['Read Message History', PermissionFlagsBits.ReadMessageHistory],
]);

const TO_CHAT = ['View Channels', 'Send Messages'];
const TO_CHAT_IN_THREADS = ['View Channels', 'Send Messages in Threads'];

/** The permissions that the bot lacks for posting, by those in an event. */
export function missingToPost(
  permissions: Pick<PermissionsBitField, 'has'>,
  inThread: boolean,
): string[] {
  return (inThread ? TO_CHAT_IN_THREADS : TO_CHAT).filter(
    (name) => !permissions.has(NEEDED.get(name) ?? 0n),
  );
}

export interface Overwrite {
  id: string;
  allow: bigint;
  deny: bigint;
}

/**
 * What a member may do in a channel.
 * https://docs.discord.com/developers/topics/permissions#permission-overwrites
 */
export function permissionsIn(
  guild: { id: string; roles: readonly { id: string; permissions: bigint }[] },
  member: { user: string; roles: readonly string[] },
  overwrites: readonly Overwrite[],
): bigint {
  const held = new Set([guild.id, ...member.roles]);
  const base = union(guild.roles.filter(({ id }) => held.has(id)).map((one) => one.permissions));
  if ((base & PermissionFlagsBits.Administrator) !== 0n) return ~0n;
  const steps = [
    overwrites.filter(({ id }) => id === guild.id),
    overwrites.filter(({ id }) => member.roles.includes(id)),
    overwrites.filter(({ id }) => id === member.user),
  ];
  return steps.reduce(
    (may, step) =>
      (may & ~union(step.map(({ deny }) => deny))) | union(step.map(({ allow }) => allow)),
    base,
  );
}

/** Those of `NEEDED` that `may` lacks, by Discord's names. */
export function lacking(may: bigint): string[] {
  return [...NEEDED].filter(([, bit]) => (may & bit) === 0n).map(([name]) => name);
}

export function union(bits: Iterable<bigint>): bigint {
  let all = 0n;
  for (const bit of bits) all |= bit;
  return all;
}
