import { z } from 'zod';
import type { ChatLog } from '../../../src/core/ports/chat-log.ts';
import { type AdapterUnderTest, platformContract } from '../../contracts/platform.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';
import { call, makeAdapters } from '../terminal/open-adapters.ts';

const Posts = z.object({
  posts: z.array(
    z.object({
      id: z.string(),
      thread: z.string().nullable(),
      text: z.string().nullable(),
      card: z.unknown(),
      replies: z.object({ count: z.number() }),
    }),
  ),
});
type Seen = z.infer<typeof Posts>['posts'];
const Answer = z.object({ reply: z.object({ card: z.unknown() }).nullable() });

platformContract('web', async () => webAdapter(memoryChatLog()));

function webAdapter(chatLog: ChatLog): AdapterUnderTest {
  const adapters = makeAdapters(chatLog);
  const posts = async (path: string) => Posts.parse((await call(adapters.url(), path)).body).posts;
  return {
    platform: adapters.web,
    place: () => ({ platform: 'web', channel: 'flights' }),
    async see() {
      const seen: Seen = [];
      for (const post of await posts('posts?channel=flights')) {
        seen.push(post);
        if (post.replies.count > 0) seen.push(...(await posts(`posts/${post.id}/thread`)));
      }
      // The page puts text into text nodes: what arrives unchanged is shown unchanged.
      return seen.map(({ id, thread, text, card }) => ({
        name: id,
        thread,
        text: text ?? values(card).join(' '),
        active: [],
      }));
    },
    async deliver({ id, as, command, words }) {
      const text = `/${[command, ...words].join(' ')}`;
      const { body } = await call(adapters.url(), 'say', { id, as, channel: 'flights', text });
      return values(Answer.parse(body).reply?.card).join(' ');
    },
    again: async () => webAdapter(chatLog),
    close: async () => {},
  };
}

/** Every value in a card; a share as the percentage that the page shows. */
function values(card: unknown): string[] {
  if (typeof card === 'number') return [String(Math.round(card * 100))];
  if (typeof card !== 'object' || card === null) return card === undefined ? [] : [String(card)];
  return Object.values(card).flatMap(values);
}
