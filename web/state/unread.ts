import { computed, signal } from '@preact/signals';
import type { Post } from '../../src/platforms/web/api.ts';
import { myId, session, shownChannel } from './session.ts';

const opened = Date.now();

/** Channels with new posts since they were last shown. */
export const unread = signal<ReadonlySet<string>>(new Set());

export const anyUnread = computed(() => unread.value.size > 0);

/** A post from before the page was opened is never unread, even if it changes. */
export function noteUnread(post: Post, since = opened): void {
  const mine = post.author.id === myId.peek();
  if (mine || post.channel === shownChannel.peek() || post.thread !== null) return;
  if (Date.parse(post.at) < since) return;
  if (!session.peek().channels.some(({ id }) => id === post.channel)) return;
  unread.value = new Set([...unread.value, post.channel]);
}

export function markRead(channel: string): void {
  if (!unread.peek().has(channel)) return;
  unread.value = new Set([...unread.peek()].filter((id) => id !== channel));
}
