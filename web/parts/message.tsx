import type { Post } from '../../src/platforms/web/api.ts';
import { press } from '../state/attempts.ts';
import { postOf } from '../state/posts.ts';
import { openThread, showThread } from '../state/thread.ts';
import { Avatar } from './avatar.tsx';
import { BotCard } from './bot-card.tsx';
import { ThreadIcon } from './icons.tsx';
import { AddReaction, Reactions } from './reactions.tsx';
import { clockTime, fullTime } from './time.ts';

interface Props {
  id: string;
  /** Follows a message of the same author, so the name is not repeated. */
  follows: boolean;
  inThread: boolean;
}

export function Message({ id, follows, inThread }: Props) {
  const post = postOf(id)?.value;
  if (post === undefined) return null;
  const { author, card, text } = post;
  return (
    <article
      class={`message ${follows ? 'follows' : ''}`}
      data-testid="message"
      data-post={id}
      data-tone={card?.tone}
      data-open={!inThread && openThread.value === id}
      aria-label={`${author.name}, ${clockTime(post.at)}`}
    >
      <div class="message-side">
        {follows ? (
          <Time post={post} />
        ) : (
          <Avatar id={author.id} name={author.name} bot={author.bot} />
        )}
      </div>
      <div class="message-body">
        {!follows && (
          <p class="message-head">
            <b class="author">{author.name}</b>
            {author.bot && <span class="bot-mark">bot</span>}
            <Time post={post} />
          </p>
        )}
        {text !== null && <p class="words">{text}</p>}
        {card !== null && (
          <BotCard card={card} post={id} onPress={(action) => press(post, action)} />
        )}
        <Reactions post={post} />
        {!inThread && <ThreadLink post={post} />}
      </div>
      <AddReaction post={post} />
    </article>
  );
}

function Time({ post: { at, editedAt } }: { post: Post }) {
  return (
    <span class="time">
      <time dateTime={at} title={fullTime(at)}>
        {clockTime(at)}
      </time>
      {editedAt !== null && clockTime(editedAt) !== clockTime(at) && (
        <time class="edited" dateTime={editedAt} title={fullTime(editedAt)}>
          {` · updated ${clockTime(editedAt)}`}
        </time>
      )}
    </span>
  );
}

function ThreadLink({ post: { id, replies } }: { post: Post }) {
  if (replies.count === 0) return null;
  return (
    <button
      type="button"
      class="thread-link"
      data-testid="thread-link"
      aria-expanded={openThread.value === id}
      onClick={() => showThread(id)}
    >
      <ThreadIcon />
      <b>{replies.count === 1 ? '1 reply' : `${replies.count} replies`}</b>
      {replies.lastAt !== null && <span class="soft">last {clockTime(replies.lastAt)}</span>}
    </button>
  );
}
