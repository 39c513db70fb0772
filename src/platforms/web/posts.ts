import { planAsText, visibleCard } from '../../core/card-texts.ts';
import type { Directory } from '../../core/people.ts';
import type { ChatPost } from '../../core/ports/chat-log.ts';
import type { Post } from './api.ts';

const BOT = { id: 'wheelhouse', name: 'Wheelhouse', bot: true };

/** A stored post, as the page receives it. People who have left the team are shown by their ID. */
export function toPost(stored: ChatPost, people: Directory): Post {
  const { author, at, editedAt, replies } = stored;
  return {
    id: stored.id,
    channel: stored.channel,
    thread: stored.thread,
    author:
      author === null ? BOT : { id: author, name: people.byId(author)?.name ?? author, bot: false },
    text: stored.text,
    card: stored.card && planAsText(visibleCard(stored.card)),
    at: at.toISOString(),
    editedAt: editedAt?.toISOString() ?? null,
    reactions: stored.reactions,
    replies: { count: replies.count, lastAt: replies.lastAt?.toISOString() ?? null },
  };
}
