import { WheelhouseError } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Dispatch, Said } from '../core/platform.ts';
import type { Reply } from '../core/reply.ts';
import type { Needs } from '../core/world.ts';

interface Parts extends Pick<Dispatch, 'invoke'> {
  world: Needs<'approvals' | 'people' | 'replies'>;
  log: Log;
}

/**
 * What a voter writes in the thread of a request is the reason for their vote, if it has none. It calls the same command
 * as anybody who types it. People talk in threads: what others write, or a voter later, has no meaning and no answer.
 */
export function createReplyReasons({ invoke, world, log }: Parts) {
  /** The request, if it is about one and its writer has a vote there without a reason. */
  async function requestOf({ message, by, from, text }: Said): Promise<string | undefined> {
    if (text.trim() === '') return undefined;
    const subject = await world.replies.subjectOf(from.platform, message);
    if (!subject?.startsWith('approval:')) return undefined;
    const id = subject.slice('approval:'.length);
    const person = world.people.of(by, from)?.id;
    if (person === undefined) return undefined;
    const { votes } = await world.approvals.get(id);
    const mine = votes.find(
      (vote) => (world.people.byId(vote.person)?.id ?? vote.person) === person,
    );
    return mine && mine.reason === undefined ? id : undefined;
  }

  return {
    /** Whether it is worth keeping; true if that cannot be told now. */
    async isAsked(said: Said): Promise<boolean> {
      try {
        return (await requestOf(said)) !== undefined;
      } catch (error) {
        if (!(error instanceof WheelhouseError)) throw error;
        log.info({ err: error, event: said.id }, 'it is not known yet whether a reply is a reason');
        return true;
      }
    },

    async hear(said: Said): Promise<Reply | undefined> {
      const approval = await requestOf(said);
      if (approval === undefined) return undefined;
      const { id, by, from } = said;
      const text = shortened(said.text);
      const input = { approval, reason: text };
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
