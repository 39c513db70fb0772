import { Unreachable, WheelhouseError } from '../core/errors.ts';
import { inTurns } from '../core/in-turn.ts';
import type { Log } from '../core/log.ts';
import type {
  Dispatch,
  InboundEvent,
  MessageReaction,
  Platform,
  Reaction,
} from '../core/platform.ts';
import type { Approval, Vote } from '../core/ports/approvals.ts';
import type { Reply, Subject } from '../core/reply.ts';
import type { Needs } from '../core/world.ts';
import { differences } from './differences.ts';
import { persistently } from './persistently.ts';
import { asVote, type VotingEmoji, verdictOf } from './reactions.ts';

interface Parts extends Pick<Dispatch, 'invoke'> {
  platforms: readonly Platform[];
  world: Needs<'approvals' | 'people' | 'replies'>;
  voting: VotingEmoji;
  /** Stores an event until it is handled. */
  keep: (inbound: InboundEvent) => Promise<void>;
  log: Log;
  /** When a message that could not be read is read again, in milliseconds. */
  againMs?: readonly number[];
}

const AGAIN_MS: readonly number[] = [1000, 5000, 30_000];

/** The reactions on a request's messages, wherever it is shown on one platform. */
interface Seen {
  standing: (MessageReaction & Pick<Reaction, 'from' | 'message'>)[];
  /** False if some message could not be read: then missing reactions mean nothing. */
  whole: boolean;
}

/**
 * Reaction events arrive late, twice, out of order or not at all; the reactions on the message are
 * authoritative. Each request is read and changed by one task at a time: in between, nobody may act on an older
 * reading.
 */
export function createReactionVotes(parts: Parts): Pick<Dispatch, 'react' | 'missed'> {
  const { invoke, platforms, world, voting, keep, log, againMs = AGAIN_MS } = parts;
  const inTurn = inTurns();
  // The same question again must not get the dispatch's earlier answer.
  const boot = Date.now().toString(36);
  let rounds = 0;
  /** Accounts may have been linked since the vote. */
  const nowOf = (person: string) => world.people.byId(person)?.id ?? person;

  async function look(adapter: Platform, subject: Subject): Promise<Seen> {
    const seen: Seen = { standing: [], whole: true };
    for (const { address, message } of await world.replies.placesOf(subject)) {
      if (address.platform !== adapter.name) continue;
      try {
        const found = (await adapter.reactions?.(address, message)) ?? [];
        seen.standing.push(...found.map((one) => ({ ...one, from: address, message })));
      } catch (error) {
        // A message that was deleted, or that we can no longer see, tells nothing.
        if (!(error instanceof WheelhouseError && error.blame === 'user')) throw error;
        log.info({ err: error, subject, message }, 'reactions cannot be read');
        seen.whole = false;
      }
    }
    return seen;
  }

  /** What this event changes, if the reactions confirm it. */
  async function judge(
    reaction: Reaction,
    subject: Subject,
    adapter: Platform,
  ): Promise<Reply | undefined> {
    const verdict = verdictOf(reaction.emoji, voting);
    const vote = asVote(reaction, subject, voting);
    if (!vote || !verdict) return undefined;
    if (!adapter.reactions) return invoke(vote);
    const mine = (all: readonly MessageReaction[], one: Vote['verdict']) => {
      const found = all.find(
        ({ by, emoji }) => by.user === reaction.by.user && verdictOf(emoji, voting) === one,
      );
      if (found?.unsure) throw notYetKnown(adapter, found);
      return found;
    };
    const here = await adapter.reactions(reaction.from, reaction.message);
    if (reaction.on) return mine(here, verdict) ? invoke(vote) : undefined;

    const all = [...here, ...(await look(adapter, subject)).standing];
    if (mine(all, verdict)) return undefined;
    // Their other emoji, which this one had overridden, counts now.
    const other = mine(all, verdict === 'approve' ? 'reject' : 'approve');
    const instead = other && asVote({ ...reaction, emoji: other.emoji, on: true }, subject, voting);
    if (instead) return invoke(instead);
    return (await wasCastByEmoji(reaction, subject, verdict)) ? invoke(vote) : undefined;
  }

  /** A vote by button remains when an emoji is removed. */
  async function wasCastByEmoji({ by, from }: Reaction, subject: Subject, verdict: string) {
    const { votes } = await world.approvals.get(idOf(subject));
    const person = world.people.of(by, from)?.id;
    return votes.some(
      (vote) =>
        vote.verdict === verdict &&
        (nowOf(vote.person) === person || vote.byReaction?.user === by.user) &&
        vote.byReaction?.platform === by.platform,
    );
  }

  async function reread(adapter: Platform, { id }: Approval, round: string): Promise<void> {
    const subject: Subject = `approval:${id}`;
    const { standing, whole } = await look(adapter, subject);
    const approval = await world.approvals.get(id);
    if (approval.status !== 'open') return;
    const [place] = (await world.replies.placesOf(subject)).filter(
      ({ address }) => address.platform === adapter.name,
    );
    if (!place) return;
    const from = place.address;
    const person = (one: MessageReaction) => world.people.of(one.by, from)?.id;
    const emoji = standing.flatMap((one) => {
      const verdict = verdictOf(one.emoji, voting);
      return verdict ? [{ by: one.by, verdict, person: person(one), one }] : [];
    });
    const cast = emoji.filter(({ one }) => !one.unsure);
    const unsure = emoji.find(({ one }) => one.unsure)?.one;
    const votes = approval.votes.map((vote) => ({ ...vote, person: nowOf(vote.person) }));
    for (const { by, verdict, on } of differences(votes, adapter.name, cast, whole && !unsure)) {
      const event = `${round}-${id}-${by.user}-${verdict}-${on}`;
      const input = on ? [id] : [id, '--verdict', verdict];
      const command = on ? verdict : 'withdraw';
      const seen = cast.find((one) => on && one.by === by && one.verdict === verdict)?.one;
      if (seen) await keepUntilDone(event, seen);
      await invoke({ id: event, command, input, by, from: seen?.from ?? from, byReaction: true });
    }
    // Counts what is known; the caller retries for the rest.
    if (unsure) throw notYetKnown(adapter, unsure);
  }

  /**
   * A vote may close its request: if this process is killed in the middle of it, the request is not read again. The
   * stored event has the same ID, and is done once with what follows here.
   */
  async function keepUntilDone(id: string, { emoji, by, from, message }: Seen['standing'][number]) {
    const reaction = { id, emoji, on: true, message, by, from };
    // Without the queue the vote counts all the same.
    await keep({ what: { reaction }, to: null }).catch((err: unknown) =>
      log.info({ err, event: id }, 'a vote that was missed is not stored'),
    );
  }

  async function rereadAll(adapter: Platform): Promise<void> {
    const open = await world.approvals.list({ statuses: ['open'], limit: 1000 });
    const look = (approval: Approval) => {
      rounds += 1;
      const round = `missed-${boot}-${rounds}`;
      return inTurn(`approval:${approval.id}`, () => reread(adapter, approval, round));
    };
    // Missed events are not reported a second time.
    for (const { one, error: err } of await persistently(open, look, againMs))
      log.warn({ err, approval: one.id, platform: adapter.name }, 'reading reactions again');
  }

  const waiting = new Map<string, Promise<void>>();

  return {
    async react(reaction) {
      const { emoji, from, message } = reaction;
      if (!verdictOf(emoji, voting)) return undefined;
      const subject = await world.replies.subjectOf(from.platform, message);
      if (!subject?.startsWith('approval:')) return undefined;
      const adapter = platforms.find(({ name }) => name === from.platform);
      const vote = asVote(reaction, subject, voting);
      if (!adapter) return vote && invoke(vote);
      return inTurn(subject, () => judge(reaction, subject, adapter));
    },

    missed(platform) {
      const adapter = platforms.find(({ name }) => name === platform);
      const before = waiting.get(platform);
      // A reading that has not started will include everything missed until now.
      if (before || !adapter?.reactions) return before ?? Promise.resolve();
      const round = inTurn(`all of ${platform}`, () => {
        waiting.delete(platform);
        return rereadAll(adapter);
      }).catch((err: unknown) => log.warn({ err, platform }, 'reading reactions again'));
      waiting.set(platform, round);
      return round;
    },
  };
}

function notYetKnown({ name }: Platform, { by }: MessageReaction): Unreachable {
  return new Unreachable(
    `Counting a reaction: ${name} has not said yet whether ${by.name ?? by.user} is a person or a program.`,
    { next: 'It is counted as soon as that is known.' },
  );
}

const idOf = (subject: Subject): string => subject.slice('approval:'.length);
