import type { People } from '../people.ts';
import type { Hallway, Platform, Reaction, Standing } from '../platform.ts';
import type { Approval, Vote } from '../ports/approvals.ts';
import type { Posted } from '../ports/replies.ts';
import type { Subject } from '../reply.ts';
import type { Needs } from '../world.ts';
import type { Log } from './log.ts';
import { type VotingEmoji, verdictOf } from './reactions.ts';

/**
 * Events of reactions arrive late, twice, in the wrong order or not at all; what stands on the
 * message is the truth. Whether `reaction` still says what stands there.
 */
export function stillStands(
  { by, emoji, on }: Reaction,
  standing: readonly Standing[],
  voting: VotingEmoji,
): boolean {
  const verdict = verdictOf(emoji, voting);
  const there = standing.some(
    (one) => one.by.user === by.user && verdictOf(one.emoji, voting) === verdict,
  );
  return there === on;
}

interface Parts extends Pick<Hallway, 'invoke'> {
  platforms: readonly Platform[];
  world: Needs<'approvals' | 'people' | 'replies'>;
  voting: VotingEmoji;
  log: Log;
}

/** Reads the reactions on every open request again, and lets what was missed count. */
export function createRereading(parts: Parts): (platform: string) => Promise<void> {
  const { world, voting, log } = parts;
  // Asked twice, the question is a new one: the hallway must not give its old answer.
  let round = 0;
  const boot = Date.now().toString(36);

  async function rereadOne(door: Platform, approval: Approval, place: Posted): Promise<void> {
    const standing = (await door.reactions?.(place.address, place.message)) ?? [];
    const wanted = differences(approval, door.name, standing, world.people, place, voting);
    for (const { by, verdict, on } of wanted) {
      const id = `missed-${boot}-${round}-${place.message}-${by.user}-${verdict}-${on}`;
      const input = on ? [approval.id] : [approval.id, '--verdict', verdict];
      const command = on ? verdict : 'withdraw';
      await parts.invoke({ id, command, input, by, from: place.address, byReaction: true });
    }
  }

  return async (platform) => {
    const door = parts.platforms.find(({ name }) => name === platform);
    if (!door?.reactions) return;
    round += 1;
    const open = await world.approvals.list({ statuses: ['open'], limit: 1000 });
    for (const approval of open) {
      const subject: Subject = `approval:${approval.id}`;
      for (const place of await world.replies.placesOf(subject))
        if (place.address.platform === platform)
          await rereadOne(door, approval, place).catch((err: unknown) =>
            log.warn({ err, approval: approval.id, platform }, 'reading reactions again'),
          );
    }
  };
}

interface Difference {
  by: Standing['by'];
  verdict: Vote['verdict'];
  on: boolean;
}

function differences(
  { votes }: Approval,
  platform: string,
  standing: readonly Standing[],
  people: People,
  { address }: Posted,
  voting: VotingEmoji,
): Difference[] {
  const cast = standing.flatMap(({ by, emoji }) => {
    const verdict = verdictOf(emoji, voting);
    const person = verdict && people.of(by, address)?.id;
    return verdict && person ? [{ by, verdict, person }] : [];
  });
  const stands = (vote: Pick<Vote, 'person' | 'verdict'>) =>
    cast.some((one) => one.person === vote.person && one.verdict === vote.verdict);
  const missed = cast
    // Somebody's vote that stands has the word over their other emoji.
    .filter(({ person }) => !votes.some((vote) => vote.person === person && stands(vote)))
    .filter((one, i, all) => all.findIndex(({ person }) => person === one.person) === i)
    .filter(
      ({ person, verdict }) => !votes.some((v) => v.person === person && v.verdict === verdict),
    )
    .map(({ by, verdict }) => ({ by, verdict, on: true }));
  const takenBack = votes.flatMap((vote) =>
    vote.byReaction && vote.via === platform && !stands(vote)
      ? [{ by: vote.byReaction, verdict: vote.verdict, on: false }]
      : [],
  );
  return [...takenBack, ...missed];
}
