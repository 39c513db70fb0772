import type { CreateAgentCalls } from '../core/agent-calls.ts';
import type { Command } from '../core/command.ts';
import type { Log } from '../core/log.ts';
import type { Dispatch, InboundEvent, Platform } from '../core/platform.ts';
import type { InboundHandler, Unacknowledged } from '../core/ports/inbound.ts';
import type { World } from '../core/world.ts';
import { createCompletion } from './complete.ts';
import { createFilling } from './fill.ts';
import { createInbound } from './inbound.ts';
import { createInvoke } from './invoke.ts';
import { remembered } from './memory.ts';
import { createOffers } from './offers.ts';
import { createReactionVotes } from './reaction-votes.ts';
import { type VotingEmoji, verdictOf } from './reactions.ts';
import { createThreadReplies } from './thread-replies.ts';

interface DispatchOptions {
  log: Log;
  emoji: VotingEmoji;
  platforms: readonly Platform[];
  /** Stores an event until it is answered; the inbound handler processes it. */
  keep: (inbound: InboundEvent) => Promise<void>;
  /** Default: whoever repeats something means it. */
  unacknowledged?: Unacknowledged;
  /** Requests a recount of the votes of open requests, if some came from `platform`. */
  recount: (platform: string) => Promise<void>;
  /** Without it, agents can call nothing. */
  agentCalls?: CreateAgentCalls;
  /** When reactions that could not be read are read again, in milliseconds. */
  againMs?: readonly number[];
}

/** The only way from any adapter to any command. */
export function createDispatch(
  commands: readonly Command[],
  world: World,
  options: DispatchOptions,
): { dispatch: Dispatch; inboundHandler: InboundHandler } {
  const { log, emoji, platforms, keep, recount, againMs, unacknowledged } = options;
  const { replies } = world;
  const invoke = createInvoke(commands, world, log, options.agentCalls);
  const offers = createOffers(commands, world);
  const modelIn = (words: readonly string[]) =>
    world.models.list().find(({ name }) => words.includes(name))?.name ?? '';
  const complete = createCompletion(commands, offers);
  const filling = createFilling(commands, world, remembered(offers, modelIn));

  const { react, missed } = createReactionVotes({
    ...{ invoke, platforms, world, voting: emoji, keep, log },
    ...(againMs && { againMs }),
  });
  const threads = createThreadReplies({
    ...{ invoke, platforms, world, log },
    ...(againMs && { againMs }),
  });
  const { hear, isAsked } = threads;
  const { handle, take, acknowledged } = createInbound({
    ...{ invoke, react, hear, platforms, replies, keep, log },
    ...(unacknowledged && { unacknowledged }),
  });
  const groupsChanged = (platform: string) =>
    recount(platform).catch((err: unknown) => log.warn({ err, platform }, 'recounting votes'));
  const dispatch: Dispatch = {
    invoke,
    react,
    hear,
    acknowledged,
    async take(inbound, repeatedBy) {
      // Most emoji are not meant for us: they are not stored.
      if ('reaction' in inbound.what && !verdictOf(inbound.what.reaction.emoji, emoji)) return;
      // What people write to each other is not kept, unless it is about a vote.
      if ('said' in inbound.what && !(await isAsked(inbound.what.said))) return;
      await take(inbound, repeatedBy);
    },
    async missed(platform) {
      await missed(platform);
      // After the votes, so that a vote that was missed has its reason too.
      await threads.missed(platform);
      // A missed event may also mean that someone left a group.
      await groupsChanged(platform);
    },
    groupsChanged,
    complete: (text) => complete(text),
    ...filling,
  };
  return { dispatch, inboundHandler: { handle } };
}
