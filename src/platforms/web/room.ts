import { NotFound } from '../../core/errors.ts';
import { inTurns } from '../../core/in-turn.ts';
import type { Directory } from '../../core/people.ts';
import type { ChatLog, ChatPost, ChatPostDraft } from '../../core/ports/chat-log.ts';
import { type Changes, type Elsewhere, NOT_ELSEWHERE } from '../http/changes.ts';
import type { PageEvent, Post } from './api.ts';
import { toPost } from './posts.ts';

const WEB = 'web';

type Draft = Omit<ChatPostDraft, 'platform' | 'thread' | 'author' | 'text' | 'card' | 'state'> &
  Partial<ChatPostDraft>;

/** The chat log, limited to posts of this adapter; every change is sent to the pages, also to those of other bots. */
export interface Room {
  add(draft: Draft): Promise<ChatPost>;
  edit: ChatLog['edit'];
  react(id: string, emoji: string, person: string, on: boolean): Promise<void>;
  /** Throws NotFound, also for posts of other adapters. */
  get(id: string): Promise<ChatPost>;
  channel(channel: string, before: string | undefined): Promise<Post[]>;
  thread(id: string): Promise<Post[]>;
  /** Another bot has changed a post. */
  changed(id: string): Promise<void>;
}

const PAGE = 50;

export function createRoom(
  chatLog: ChatLog,
  people: Directory,
  changes: Changes<PageEvent>,
  elsewhere: Elsewhere = NOT_ELSEWHERE,
): Room {
  const show = (post: ChatPost) => changes.tell({ type: 'post', post: toPost(post, people) });
  const tell = (post: ChatPost) => {
    show(post);
    elsewhere.tell(post.id);
  };
  const inTurn = inTurns();
  const room: Room = {
    async add(draft) {
      const post = await chatLog.add({
        thread: null,
        author: null,
        text: null,
        card: null,
        state: null,
        ...draft,
        platform: WEB,
        // The same card may be posted in two channels, and by two adapters.
        key: `${WEB}/${draft.channel}/${draft.key}`,
      });
      tell(post);
      // The parent has a count of its replies.
      const parent = post.thread === null ? undefined : await chatLog.get(post.thread);
      if (parent) tell(parent);
      return post;
    },
    async edit(id, card, state) {
      const post = await chatLog.edit(id, card, state);
      tell(post);
      return post;
    },
    async react(id, emoji, person, on) {
      const post = await chatLog.react(id, emoji, person, on);
      if (post) tell(post);
    },
    async get(id) {
      const post = await chatLog.get(id);
      if (post?.platform === WEB) return post;
      throw new NotFound('There is no such message.', { next: 'Load the page again.' });
    },
    async channel(channel, before) {
      const options = before === undefined ? { limit: PAGE } : { before, limit: PAGE };
      const posts = await chatLog.channel(WEB, channel, options);
      return posts.map((post) => toPost(post, people));
    },
    async thread(id) {
      await room.get(id);
      return (await chatLog.thread(id)).map((post) => toPost(post, people));
    },
    // One reading at a time, so that the last one that is sent is the newest.
    changed: (id) =>
      inTurn(id, async () => {
        const post = await chatLog.get(id);
        if (post?.platform === WEB) show(post);
      }),
  };
  return room;
}
