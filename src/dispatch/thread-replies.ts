import type { Address } from '../core/address.ts';
import { WheelhouseError } from '../core/errors.ts';
import { inTurns } from '../core/in-turn.ts';
import type { Log } from '../core/log.ts';
import type { Dispatch, Platform, Said } from '../core/platform.ts';
import type { Approval } from '../core/ports/approvals.ts';
import type { Reply, Subject } from '../core/reply.ts';
import type { Needs } from '../core/world.ts';
import { persistently } from './persistently.ts';
import { recentSubjects } from './recent-subjects.ts';

interface Parts extends Pick<Dispatch, 'invoke'> {
  platforms: readonly Platform[];
  world: Needs<'approvals' | 'people' | 'replies' | 'clock' | 'runs' | 'alerts' | 'pipelines'>;
  log: Log;
  /** When a thread that could not be read is read again, in milliseconds. */
  againMs?: readonly number[];
}

/** Where people write about a subject. */
interface Thread {
  subject: Subject;
  from: Address;
  message: string;
}

/** What is written in a thread calls one of these. */
type Meant = { note: string; text: string } | { reason: string };

/** `note: the feed was repaired`, in the thread of a run, an alert, a request or a pipeline. */
const NOTE = /^\s*note\s*:\s*(?<text>\S.*)$/isu;
const NOTED = /^(?:run|alert|approval|pipeline):(?<id>.+)$/;

/**
 * What begins with `note:` in the thread of a message is a note about what the message shows. What a voter writes in the
 * thread of a request is the reason for their vote, if it has none. Both call the same commands as anybody who types
 * them. People talk in threads: everything else has no meaning and no answer.
 */
export function createThreadReplies(parts: Parts) {
  const { invoke, platforms, world, log, againMs = AGAIN_MS } = parts;
  /** `at`: when it was written, if that is known. */
  async function meaningOf(
    { message, by, from, text }: Said,
    at?: Date,
  ): Promise<Meant | undefined> {
    if (text.trim() === '') return undefined;
    const subject = await world.replies.subjectOf(from.platform, message);
    const person = world.people.of(by, from)?.id;
    if (subject === undefined || person === undefined) return undefined;
    const noted = NOTE.exec(text)?.groups?.['text'];
    const about = NOTED.exec(subject)?.groups?.['id'];
    if (noted !== undefined && about !== undefined) return { note: about, text: noted };
    if (!subject.startsWith('approval:')) return undefined;
    const id = subject.slice('approval:'.length);
    const { votes } = await world.approvals.get(id);
    const mine = votes.find(
      (vote) => (world.people.byId(vote.person)?.id ?? vote.person) === person,
    );
    // Whoever wrote first and voted then did not give a reason.
    if (at && mine && at <= mine.at) return undefined;
    return mine && mine.reason === undefined ? { reason: id } : undefined;
  }

  async function hear(said: Said): Promise<Reply | undefined> {
    const meant = await meaningOf(said);
    if (meant === undefined) return undefined;
    return 'reason' in meant ? explain(meant.reason, said) : keep(meant, said);
  }

  /** The same reply again, by whatever way it comes, is the same note. */
  const keep = ({ note: about, text }: Extract<Meant, { note: string }>, { id, by, from }: Said) =>
    invoke({
      id,
      by,
      from,
      command: 'note',
      input: { about, text: shortened(text) },
      byReply: true,
    });

  async function explain(approval: string, { id, by, from, text }: Said) {
    const input = { approval, reason: shortened(text) };
    const reply = await invoke({ id, by, from, command: 'reason', input, byReply: true });
    // The message shows it; only a failure needs an answer.
    return reply.fault === 'failed' ? reply : undefined;
  }

  /** In a thread of a request, the first thing that a voter wrote after their vote; in any, notes of the last day. */
  async function reread(adapter: Platform, { subject, from, message }: Thread): Promise<void> {
    const since = yesterday();
    try {
      for (const { at, ...reply } of (await adapter.replies?.(from, message)) ?? []) {
        const said = { ...reply, message, from };
        const meant = await meaningOf(said, at);
        if (meant && 'reason' in meant) await explain(meant.reason, said);
        else if (meant && at > since) await keep(meant, said);
      }
    } catch (error) {
      // A message that was deleted, or that we can no longer see, tells nothing.
      if (!(error instanceof WheelhouseError && error.blame === 'user')) throw error;
      log.info({ err: error, subject, message }, 'a thread cannot be read');
    }
  }

  const yesterday = () => new Date(world.clock.now().getTime() - NOTED_MS);

  /** Somebody has voted from there without saying why, and still may. */
  const isUnexplained = ({ votes, expiresAt }: Approval, platform: string): boolean =>
    expiresAt !== undefined &&
    expiresAt > world.clock.now() &&
    votes.some(({ reason, via }) => reason === undefined && via === platform);

  async function rereadAll(adapter: Platform): Promise<void> {
    const all = await world.approvals.list({ statuses: [...EXPLAINED], limit: 1000 });
    const unexplained = all
      .filter((approval) => isUnexplained(approval, adapter.name))
      .map(({ id }): Subject => `approval:${id}`);
    const threads: Thread[] = [];
    for (const subject of new Set([...unexplained, ...(await recentSubjects(yesterday(), world))]))
      for (const { address: from, message } of await world.replies.placesOf(subject))
        if (from.platform === adapter.name) threads.push({ subject, from, message });
    const work = (thread: Thread) => reread(adapter, thread);
    for (const { one, error: err } of await persistently(threads, work, againMs))
      log.warn({ err, subject: one.subject, platform: adapter.name }, 'reading threads again');
  }

  const inTurn = inTurns();
  const waiting = new Map<string, Promise<void>>();

  return {
    hear,

    /** Replies may have been missed: reads the threads in which one could be a reason, or a note. */
    missed(platform: string): Promise<void> {
      const adapter = platforms.find(({ name }) => name === platform);
      const before = waiting.get(platform);
      // A reading that has not started will include everything missed until now.
      if (before || !adapter?.replies) return before ?? Promise.resolve();
      const round = inTurn(platform, () => {
        waiting.delete(platform);
        return rereadAll(adapter);
      }).catch((err: unknown) => log.warn({ err, platform }, 'reading threads again'));
      waiting.set(platform, round);
      return round;
    },

    /** Whether it is worth keeping; true if that cannot be told now. */
    async isAsked(said: Said): Promise<boolean> {
      try {
        return (await meaningOf(said)) !== undefined;
      } catch (error) {
        if (!(error instanceof WheelhouseError)) throw error;
        log.info({ err: error, event: said.id }, 'it is not known yet what a reply means');
        return true;
      }
    },
  };
}

const AGAIN_MS: readonly number[] = [1000, 5000, 30_000];
/** Connections are lost for minutes. Whatever is noted about older things is read as it is written. */
const NOTED_MS = 86_400_000;
const EXPLAINED = ['open', 'approved', 'rejected'] as const;

/** As much as a reason may have. */
const LONGEST = 500;

function shortened(text: string): string {
  const characters = Array.from(text.replaceAll(/\s+/gu, ' ').trim());
  let whole = characters.join('');
  for (let most = LONGEST; whole.length > LONGEST; most -= 1)
    whole = `${characters.slice(0, most).join('')}…`;
  return whole;
}
