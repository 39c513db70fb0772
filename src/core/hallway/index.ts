import type { Command } from '../command.ts';
import type { Hallway } from '../platform.ts';
import type { World } from '../world.ts';
import { createCompletion } from './complete.ts';
import { createDispatch } from './dispatch.ts';
import type { Log } from './log.ts';
import { createOffers } from './offers.ts';
import { asVote, type VotingEmoji } from './reactions.ts';

/** The one way from any door to any command. */
export function createHallway(
  commands: readonly Command[],
  world: World,
  {
    log,
    emoji,
    subjectOf,
  }: {
    log: Log;
    emoji: VotingEmoji;
    subjectOf: World['replies']['subjectOf'];
  },
): Hallway {
  const invoke = createDispatch(commands, world, log);
  const complete = createCompletion(commands, createOffers(commands, world));
  return {
    invoke,
    async react(reaction) {
      const subject = await subjectOf(reaction.from.platform, reaction.message);
      const vote = asVote(reaction, subject, emoji);
      return vote && invoke(vote);
    },
    complete: (text) => complete(text),
  };
}
