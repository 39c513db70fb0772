import { afterAll, describe, expect, it } from 'vitest';
import { NotFound } from '../../src/core/errors.ts';
import type { ChatPostDraft } from '../../src/core/ports/chat-log.ts';
import { chatLogIn } from '../../src/registry/chat-log.ts';
import { crasher } from './crasher.ts';
import { openLibrary } from './server.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { clock } = library;
const { chatLog } = library.registry;

let made = 0;
function draft(given: Partial<ChatPostDraft> = {}): ChatPostDraft {
  made += 1;
  return {
    key: `key-${made}`,
    platform: 'web',
    channel: 'ml',
    thread: null,
    author: 'ada',
    text: `words ${made}`,
    card: null,
    state: null,
    ...given,
  };
}

const texts = (posts: { text: string | null }[]) => posts.map(({ text }) => text);

describe('registry/chat-log', () => {
  it('keeps a post once for its key', async () => {
    const { key, ...said } = draft();
    const post = await chatLog.add({ key, ...said });
    expect(post).toEqual({
      ...said,
      id: post.id,
      at: clock.now(),
      editedAt: null,
      reactions: {},
      replies: { count: 0, lastAt: null },
      revision: 1,
    });
    expect(await chatLog.add({ key, ...said, text: 'again' })).toEqual(post);
    expect((await chatLog.add({ key, ...said, platform: 'terminal' })).id).not.toBe(post.id);
    expect(await chatLog.get(post.id)).toEqual(post);
    expect(await chatLog.get('post-none')).toBeUndefined();
    const same = draft();
    const posts = await Promise.all(Array.from({ length: 5 }, () => chatLog.add(same)));
    expect(new Set(posts.map(({ id }) => id)).size).toBe(1);
  });

  it('replaces the card of a post', async () => {
    const card = { title: 'Training', tone: 'progress' as const };
    const state = { outcome: 'pending' as const, data: { 'a.b': 1 } };
    const post = await chatLog.add(draft({ author: null, text: null, card, state }));
    expect(post).toMatchObject({ card, state });
    const next = { title: 'Trained', tone: 'success' as const };
    const done = { outcome: 'done' as const, data: null };
    const editedAt = clock.forward(5);
    const edited = await chatLog.edit(post.id, next, done);
    expect(edited).toEqual({ ...post, card: next, state: done, editedAt, revision: 2 });
    await expect(chatLog.edit('post-none', next, done)).rejects.toThrow(NotFound);
  });

  it('puts and takes reactions, one a person and emoji', async () => {
    const { id } = await chatLog.add(draft());
    expect(await chatLog.react(id, '+1', 'ada', true)).toMatchObject({
      reactions: { '+1': ['ada'] },
      revision: 2,
    });
    expect(await chatLog.react(id, '+1', 'ada', true)).toBeUndefined();
    await chatLog.react(id, '+1', 'bob', true);
    await chatLog.react(id, 'a.b/c', 'bob', true);
    expect(await chatLog.react(id, '+1', 'ada', false)).toMatchObject({
      reactions: { '+1': ['bob'], 'a.b/c': ['bob'] },
    });
    expect(await chatLog.react(id, '+1', 'ada', false)).toBeUndefined();
    expect(await chatLog.react('post-none', '+1', 'ada', true)).toBeUndefined();
    const people = Array.from({ length: 8 }, (_, n) => `p${n}`);
    await Promise.all(people.map((person) => chatLog.react(id, 'eyes', person, true)));
    const post = await chatLog.get(id);
    expect(post?.reactions['eyes']?.toSorted()).toEqual(people);
  });

  it('pages a channel backwards, oldest first, within one millisecond too', async () => {
    const channel = 'paged';
    const posts = [];
    for (let n = 0; n < 7; n++) posts.push(await chatLog.add(draft({ channel })));
    await chatLog.add(draft({ channel, thread: posts[0]?.id ?? '' }));
    const newest = await chatLog.channel('web', channel, { limit: 3 });
    expect(texts(newest)).toEqual(texts(posts.slice(4)));
    const before = newest[0]?.id ?? '';
    expect(texts(await chatLog.channel('web', channel, { before, limit: 3 }))).toEqual(
      texts(posts.slice(1, 4)),
    );
    expect(await chatLog.channel('terminal', channel, { limit: 3 })).toEqual([]);
  });

  it('counts every reply once', async () => {
    const { id } = await chatLog.add(draft());
    const replies = Array.from({ length: 8 }, () => draft({ thread: id }));
    await Promise.all([...replies, ...replies].map((reply) => chatLog.add(reply)));
    const lastAt = clock.forward(60);
    const last = await chatLog.add(draft({ thread: id }));
    expect(await chatLog.get(id)).toMatchObject({ replies: { count: 9, lastAt } });
    const thread = await chatLog.thread(id);
    expect(thread).toHaveLength(9);
    expect(thread.at(-1)).toEqual(last);
  });

  it('counts a reply whose counting crashed', async () => {
    const connection = await library.connect();
    const fragile = chatLogIn(connection, clock);
    const crash = crasher();
    crash.arm(connection.model('ChatPost'));
    const { id } = await chatLog.add(draft());
    const reply = draft({ thread: id });
    expect(await crash.after(1, () => fragile.add(reply))).toBe(true);
    expect(await chatLog.get(id)).toMatchObject({ replies: { count: 0 } });
    await chatLog.add(reply);
    expect(await chatLog.get(id)).toMatchObject({ replies: { count: 1 }, revision: 2 });
  });
});
