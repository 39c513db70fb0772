import { refusals } from './errors.ts';
import type { Held } from './kept.ts';
import { FLAG } from './limits.ts';
import { announce } from './messages.ts';
import type { World } from './state.ts';
import { type Channel, isThread, newThread, type Thread } from './things.ts';

/** A thread of the bot, under `message` if given. @throws Refusal 160004 if it has one */
export function addThread(
  world: World,
  parent: Channel,
  options: { name: string; isPrivate: boolean; archiveMinutes: number; message?: Held },
): Thread {
  const guild = world.guildOf(parent);
  if (guild === undefined || isThread(parent)) throw refusals.unknownChannel();
  const { message, name } = options;
  if (message?.thread !== undefined) throw refusals.hasThread();
  const thread = newThread(
    // A thread under a message has the message's ID.
    message?.id ?? world.nextId(),
    {
      guild: guild.id,
      parent: parent.id,
      owner: world.bot.id,
      name,
      stamp: world.clock.stamp(),
    },
    options,
  );
  world.channels.set(thread.id, thread);
  world.threadMembers.set(thread.id, new Map());
  joinThread(world, thread, world.bot.id);
  if (message !== undefined) {
    message.thread = thread;
    message.flags |= FLAG.hasThread;
  }
  world.dispatch('THREAD_CREATE', { ...thread, newly_created: true });
  if (message !== undefined) announce(world, 'MESSAGE_UPDATE', message);
  return thread;
}

export function joinThread(world: World, thread: Thread, user: string): void {
  const members = world.threadMembers.get(thread.id);
  if (members === undefined || members.has(user)) return;
  members.set(user, world.clock.stamp());
  thread.member_count = members.size;
}

export function membersOf(world: World, thread: Thread) {
  return [...(world.threadMembers.get(thread.id) ?? [])].map(([user, joined]) => ({
    id: thread.id,
    user_id: user,
    join_timestamp: joined,
    flags: 0,
  }));
}
