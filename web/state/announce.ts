import { signal } from '@preact/signals';
import type { Post } from '../../src/platforms/web/api.ts';
import { channelId, myId } from './session.ts';
import { openThread } from './thread.ts';

/** What a screen reader is to say next. */
export const announcement = signal('');

/**
 * New posts in view are read out, and bot posts whose title or tone changed; a progress bar that
 * moved is not, or a training would talk without end.
 */
export function announcePost(post: Post, before: Post | undefined): void {
  const inView =
    post.thread === null ? post.channel === channelId.peek() : post.thread === openThread.peek();
  if (!inView || post.author.id === myId.peek()) return;
  const { card } = post;
  const same = card?.title === before?.card?.title && card?.tone === before?.card?.tone;
  if (before !== undefined && same) return;
  announcement.value = `${post.author.name}: ${card?.title ?? post.text ?? ''}`;
}
