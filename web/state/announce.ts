import { signal } from '@preact/signals';
import type { Post } from '../../src/platforms/web/api.ts';
import { myId, shownChannel } from './session.ts';
import { openThread } from './thread.ts';

/** Text that a screen reader reads next. */
export const announcement = signal('');

/**
 * New posts in the current channel are read out, and bot posts whose title or tone has changed, but not progress: a
 * training would be announced endlessly.
 */
export function announcePost(post: Post, before: Post | undefined): void {
  const inView =
    post.thread === null ? post.channel === shownChannel.peek() : post.thread === openThread.peek();
  if (!inView || post.author.id === myId.peek()) return;
  const { card } = post;
  const same = card?.title === before?.card?.title && card?.tone === before?.card?.tone;
  if (before !== undefined && same) return;
  announcement.value = `${post.author.name}: ${card?.title ?? post.text ?? ''}`;
}
