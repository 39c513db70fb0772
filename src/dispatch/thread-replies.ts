import { WheelhouseError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Dispatch, Said } from '../core/platform.ts';
import type { Reply } from '../core/reply.ts';
import type { Needs } from '../core/world.ts';

interface Parts extends Pick<Dispatch, 'invoke'> {
  world: Needs<'approvals' | 'people' | 'replies'>;
  log: Log;
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
export function createThreadReplies({ invoke, world, log }: Parts) {
  async function meaningOf({ message, by, from, text }: Said): Promise<Meant | undefined> {
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
    return mine && mine.reason === undefined ? { reason: id } : undefined;
  }

  return {
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

    async hear(said: Said): Promise<Reply | undefined> {
      const meant = await meaningOf(said);
      if (meant === undefined) return undefined;
      const { id, by, from } = said;
      if ('note' in meant) {
        const input = { about: meant.note, text: shortened(meant.text) };
        return invoke({ id, by, from, command: 'note', input, byReply: true });
      }
      const input = { approval: meant.reason, reason: shortened(said.text) };
      const reply = await invoke({ id, by, from, command: 'reason', input, byReply: true });
      // The message shows it; only a failure needs an answer.
      return reply.fault === 'failed' ? reply : undefined;
    },
  };
}

/** As much as a reason may have. */
const LONGEST = 500;

function shortened(text: string): string {
  const characters = Array.from(text.replaceAll(/\s+/gu, ' ').trim());
  let whole = characters.join('');
  for (let most = LONGEST; whole.length > LONGEST; most -= 1)
    whole = `${characters.slice(0, most).join('')}…`;
  return whole;
}
