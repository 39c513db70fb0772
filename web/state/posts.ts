import { batch, type Signal, signal } from '@preact/signals';
import type { Post } from '../../src/platforms/web/api.ts';
import { api } from './api.ts';

/** The server's page size: fewer posts than that means there are no earlier ones. */
const PAGE = 50;

type Place = `channel:${string}` | `thread:${string}`;

const posts = new Map<string, Signal<Post>>();
const places = new Map<Place, Signal<readonly string[] | null>>();
/** When a post was last changed by a live event, so that a slower answer cannot undo it. */
const changed = new Map<string, number>();
let changes = 0;

/** Channels with more posts than are loaded. */
export const hasEarlier = signal<ReadonlySet<string>>(new Set());

/** IDs of the posts of a channel or thread, oldest first; null until loaded. */
export function idsIn(place: Place): Signal<readonly string[] | null> {
  const known = places.get(place);
  if (known !== undefined) return known;
  const fresh = signal<readonly string[] | null>(null);
  places.set(place, fresh);
  return fresh;
}

export function postOf(id: string): Signal<Post> | undefined {
  return posts.get(id);
}

/** Adds a post from the live events. */
export function receive(post: Post): 'new' | 'changed' {
  changes += 1;
  changed.set(post.id, changes);
  const isNew = !posts.has(post.id);
  batch(() => {
    put(post);
    const ids = idsIn(placeOf(post));
    if (ids.value !== null) ids.value = inOrder([...ids.value, post.id]);
  });
  return isNew ? 'new' : 'changed';
}

/** Loads the newest posts of a channel. Earlier posts are kept if there is no gap between them. */
export async function loadChannel(channel: string): Promise<void> {
  await load(
    `channel:${channel}`,
    () => api.posts(channel),
    (fresh, known) => {
      const gap = !fresh.some((id) => known.includes(id));
      if (gap) markEarlier(channel, fresh.length >= PAGE);
      return gap ? fresh : [...known, ...fresh];
    },
  );
}

export async function loadEarlier(channel: string): Promise<void> {
  const first = idsIn(`channel:${channel}`).value?.[0];
  if (first === undefined) return;
  await load(
    `channel:${channel}`,
    () => api.posts(channel, first),
    (fresh, known) => {
      markEarlier(channel, fresh.length >= PAGE);
      return [...fresh, ...known];
    },
  );
}

export async function loadThread(id: string): Promise<void> {
  await load(
    `thread:${id}`,
    () => api.thread(id),
    (fresh, known) => [...known, ...fresh],
  );
}

async function load(
  place: Place,
  ask: () => Promise<{ posts: Post[] }>,
  merge: (fresh: string[], known: readonly string[]) => readonly string[],
): Promise<void> {
  const asked = changes;
  const answer = await ask();
  batch(() => {
    for (const post of answer.posts) {
      if ((changed.get(post.id) ?? 0) <= asked) put(post);
    }
    const fresh = answer.posts.filter((post) => placeOf(post) === place).map(({ id }) => id);
    const ids = idsIn(place);
    // Includes posts that arrived by live events in the meantime.
    const live = [...changed.keys()].filter((id) => {
      const post = posts.get(id)?.peek();
      return (changed.get(id) ?? 0) > asked && post !== undefined && placeOf(post) === place;
    });
    ids.value = inOrder([...merge(fresh, ids.value ?? []), ...live]);
  });
}

function put(post: Post): void {
  const known = posts.get(post.id);
  if (known === undefined) posts.set(post.id, signal(post));
  else known.value = post;
}

function placeOf(post: Post): Place {
  return post.thread === null ? `channel:${post.channel}` : `thread:${post.thread}`;
}

function inOrder(ids: readonly string[]): string[] {
  const at = (id: string) => Date.parse(posts.get(id)?.peek().at ?? '');
  // Sorting is stable: posts of the same millisecond stay in their order of arrival.
  return [...new Set(ids)].sort((one, other) => at(one) - at(other));
}

function markEarlier(channel: string, more: boolean): void {
  const marked = new Set(hasEarlier.value);
  if (more) marked.add(channel);
  else marked.delete(channel);
  hasEarlier.value = marked;
}
