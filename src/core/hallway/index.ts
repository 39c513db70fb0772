import type { Command } from '../command.ts';
import type { Hallway, Heard, Platform } from '../platform.ts';
import type { Reception } from '../ports/reception.ts';
import type { World } from '../world.ts';
import { createCompletion } from './complete.ts';
import { createDispatch } from './dispatch.ts';
import { createFilling } from './fill.ts';
import type { Log } from './log.ts';
import { remembered } from './memory.ts';
import { createOffers } from './offers.ts';
import { type VotingEmoji, verdictOf } from './reactions.ts';
import { createReception } from './reception.ts';
import { createStanding } from './standing.ts';

interface HallwayOptions {
  log: Log;
  emoji: VotingEmoji;
  platforms: readonly Platform[];
  /** Keeps an event until it is answered; what it keeps is heard by the reception. */
  keep: (heard: Heard) => Promise<void>;
  /** Has the votes of open requests counted anew, where some came by `platform`. */
  recount: (platform: string) => Promise<void>;
  /** When reactions that could not be read are read again, in milliseconds. */
  againMs?: readonly number[];
}

/** The one way from any door to any command. */
export function createHallway(
  commands: readonly Command[],
  world: World,
  options: HallwayOptions,
): { hallway: Hallway; reception: Reception } {
  const { log, emoji, platforms, keep, recount, againMs } = options;
  const { replies } = world;
  const invoke = createDispatch(commands, world, log);
  const offers = createOffers(commands, world);
  const modelIn = (words: readonly string[]) =>
    world.models.list().find(({ name }) => words.includes(name))?.name ?? '';
  const complete = createCompletion(commands, offers);
  const filling = createFilling(commands, world, remembered(offers, modelIn));

  const { react, missed } = createStanding({
    ...{ invoke, platforms, world, voting: emoji, log },
    ...(againMs && { againMs }),
  });
  const { hear, take } = createReception({ invoke, react, platforms, replies, keep, log });
  const groupsChanged = (platform: string) =>
    recount(platform).catch((err: unknown) => log.warn({ err, platform }, 'counting votes anew'));
  const hallway: Hallway = {
    invoke,
    react,
    async take(heard) {
      // Most emoji are not meant for us: nothing is kept of them.
      if ('reaction' in heard.what && !verdictOf(heard.what.reaction.emoji, emoji)) return;
      await take(heard);
    },
    async missed(platform) {
      await missed(platform);
      // What was missed may as well be that somebody left a group.
      await groupsChanged(platform);
    },
    groupsChanged,
    complete: (text) => complete(text),
    ...filling,
  };
  return { hallway, reception: { hear } };
}
