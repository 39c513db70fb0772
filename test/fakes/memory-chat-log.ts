import { type Clock, systemClock } from '../../src/core/clock.ts';
import { NotFound } from '../../src/core/errors.ts';
import type { ChatLog, ChatPost } from '../../src/core/ports/chat-log.ts';

/** The chat log as a list. Copies in and out, as a database would. */
export function memoryChatLog(clock: Clock = systemClock): ChatLog {
  const posts: ChatPost[] = [];
  const ids = new Map<string, string>();
  const find = (id: string) => posts.find((post) => post.id === id);
  const known = (id: string): ChatPost => {
    const post = find(id);
    if (!post) throw new NotFound(`There is no post ${id}.`);
    return post;
  };

  return {
    async add({ key, ...draft }) {
      const twin = ids.get(key);
      if (twin !== undefined) return structuredClone(known(twin));
      const post: ChatPost = {
        ...structuredClone(draft),
        id: `post-${posts.length + 1}`,
        at: clock.now(),
        editedAt: null,
        reactions: {},
        replies: { count: 0, lastAt: null },
        revision: 1,
      };
      ids.set(key, post.id);
      posts.push(post);
      const parent = post.thread === null ? undefined : find(post.thread);
      if (parent) {
        parent.replies = { count: parent.replies.count + 1, lastAt: post.at };
        parent.revision += 1;
      }
      return structuredClone(post);
    },
    async edit(id, card, state) {
      const post = known(id);
      Object.assign(post, structuredClone({ card, state }), { editedAt: clock.now() });
      post.revision += 1;
      return structuredClone(post);
    },
    async get(id) {
      return structuredClone(find(id));
    },
    async react(id, emoji, person, on) {
      const post = known(id);
      const people = post.reactions[emoji] ?? [];
      if (people.includes(person) === on) return undefined;
      const others = people.filter((one) => one !== person);
      post.reactions[emoji] = on ? [...others, person] : others;
      post.revision += 1;
      return structuredClone(post);
    },
    async channel(platform, channel, { before, limit }) {
      const here = posts.filter(
        (post) => post.platform === platform && post.channel === channel && post.thread === null,
      );
      const end = before === undefined ? here.length : here.findIndex(({ id }) => id === before);
      return structuredClone(here.slice(0, Math.max(0, end)).slice(-limit));
    },
    async thread(id) {
      return structuredClone(posts.filter((post) => post.thread === id));
    },
  };
}
