import { signal } from '@preact/signals';
import type { PageEvent, Post } from '../../src/platforms/web/api.ts';
import { announcePost } from './announce.ts';
import { settle } from './attempts.ts';
import { noteChange, reloadBoards } from './boards.ts';
import { idsIn, loadChannel, postOf, receive } from './posts.ts';
import { access, channelId, retrySignIn, session } from './session.ts';
import { reloadThread } from './thread.ts';
import { noteUnread } from './unread.ts';

export const connection = signal<'connecting' | 'live' | 'away'>('connecting');

/** The server was restarted with another version than the one that sent this page. */
export const outdated = signal(false);

const RETRY_MS = { first: 500, most: 8_000 };
let wait = RETRY_MS.first;
let awaySince: number | null = null;
let pageVersion: string | undefined;

/** Listens while the page is open. */
export function goLive(): void {
  const source = new EventSource('api/events');
  source.onmessage = ({ data }) => {
    const event: PageEvent = JSON.parse(data);
    if (event.type === 'hello') greeted(event.version);
    else take(event.post);
  };
  source.onerror = () => {
    connection.value = 'away';
    awaySince ??= Date.now();
    // The browser reconnects after a broken connection, but not after an answer other than 200.
    if (source.readyState === EventSource.CLOSED) void tryAgain();
  };
}

async function tryAgain(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, wait));
  wait = Math.min(wait * 2, RETRY_MS.most);
  await retrySignIn();
  if (access.peek() !== 'locked') goLive();
}

function greeted(version: string): void {
  wait = RETRY_MS.first;
  connection.value = 'live';
  pageVersion ??= version;
  outdated.value = version !== pageVersion;
  if (awaySince === null) return;
  const since = awaySince;
  awaySince = null;
  void catchUp(since);
}

function take(post: Post): void {
  const before = postOf(post.id)?.peek();
  if (receive(post) === 'new') {
    noteUnread(post);
    settle(post);
  }
  announcePost(post, before);
  if (post.card !== null) noteChange();
}

/** Reloads everything that may have changed: every channel, because each may have unread posts. */
async function catchUp(since: number): Promise<void> {
  const others = session.peek().channels.filter(({ id }) => id !== channelId.peek());
  await Promise.allSettled([
    loadChannel(channelId.peek()),
    reloadThread(),
    reloadBoards(),
    ...others.map(async ({ id }) => {
      await loadChannel(id);
      const newest = postOf(idsIn(`channel:${id}`).peek()?.at(-1) ?? '')?.peek();
      if (newest !== undefined) noteUnread(newest, since);
    }),
  ]);
}
