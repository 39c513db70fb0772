import { attempts, type EphemeralReply, ephemeralReplies } from '../state/attempts.ts';
import { postOf } from '../state/posts.ts';
import { myId } from '../state/session.ts';
import { AttemptLine } from './attempt-line.tsx';
import { Message } from './message.tsx';
import { PrivateReply } from './private-reply.tsx';
import { dayOf } from './time.ts';

/** Messages of one person within this time are shown below one name. */
const TOGETHER_MS = 5 * 60_000;

interface Props {
  ids: readonly string[];
  channel: string;
  thread: string | null;
}

/** Posts, with private replies in their places, and messages that are being sent at the end. */
export function MessageList({ ids, channel, thread }: Props) {
  const here = (one: { as: string; channel: string; thread: string | null }) =>
    one.as === myId.value && one.channel === channel && one.thread === thread;
  const heard = ephemeralReplies.value.filter(here);
  const isAfter = (id: string) => (ephemeral: EphemeralReply) => ephemeral.after === id;
  const lost = heard.filter(({ after }) => after === null || !ids.includes(after));
  return (
    <>
      <ol class="messages">
        {ids.map((id, index) => (
          <li key={id}>
            {thread === null && <DayLine id={id} before={ids[index - 1]} />}
            <Message id={id} follows={follows(id, ids[index - 1])} inThread={thread !== null} />
            {heard.filter(isAfter(id)).map((ephemeral) => (
              <PrivateReply key={ephemeral.id} ephemeral={ephemeral} />
            ))}
          </li>
        ))}
      </ol>
      {lost.map((ephemeral) => (
        <PrivateReply key={ephemeral.id} ephemeral={ephemeral} />
      ))}
      {attempts.value.filter(here).map((attempt) => (
        <AttemptLine key={attempt.id} attempt={attempt} />
      ))}
    </>
  );
}

function DayLine({ id, before }: { id: string; before: string | undefined }) {
  const day = dayOf(at(id));
  if (before !== undefined && dayOf(at(before)) === day) return null;
  return (
    <p class="day">
      <span>{day}</span>
    </p>
  );
}

function follows(id: string, before: string | undefined): boolean {
  const post = postOf(id)?.peek();
  const previous = before === undefined ? undefined : postOf(before)?.peek();
  if (post === undefined || previous === undefined) return false;
  const close = Date.parse(post.at) - Date.parse(previous.at) < TOGETHER_MS;
  return close && post.author.id === previous.author.id && dayOf(post.at) === dayOf(previous.at);
}

function at(id: string): string {
  return postOf(id)?.peek().at ?? '';
}
