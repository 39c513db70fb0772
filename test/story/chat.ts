import { z } from 'zod';
import type { Demo } from './demo.ts';

const Post = z.object({
  id: z.string(),
  card: z
    .object({
      title: z.string(),
      text: z.string().optional(),
      footer: z.string().optional(),
      progress: z.object({ share: z.number() }).optional(),
    })
    .nullable(),
});
const Posts = z.object({ posts: z.array(Post) });
const Said = z.object({ reply: z.object({ card: z.object({ title: z.string() }) }).nullable() });
const Watched = z.object({ outcome: z.string(), card: z.object({ title: z.string() }) });

export type Post = z.infer<typeof Post>;

/** The adapters of a demo as programs see them, without a browser or the command line. */
export interface Chat {
  /** @param id of the event; everything it creates is named after it */
  say(as: string, text: string, id?: string): Promise<z.infer<typeof Said>['reply']>;
  react(as: string, post: string, emoji: string): Promise<z.infer<typeof Said>['reply']>;
  /** Every message of the channel, oldest first. */
  posts(): Promise<Post[]>;
  /** Sends a command to the terminal's adapter. @throws if nobody answered */
  invoke(id: string, command: string, input: readonly string[]): Promise<unknown>;
  /** The state of an invocation. Undefined while nothing is known of it. */
  watch(id: string): Promise<z.infer<typeof Watched> | undefined>;
}

/** Long enough for a busy machine; longer silence is a hang. */
const ANSWER_MS = 20_000;

export function chatOf({ url, token }: Pick<Demo, 'url' | 'token'>, channel = 'flights'): Chat {
  async function call(path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${url}/api/${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(ANSWER_MS),
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }
  const id = () => crypto.randomUUID();

  return {
    say: async (as, text, event = id()) =>
      Said.parse(await call('say', { id: event, as, channel, text })).reply,
    react: async (as, post, emoji) =>
      Said.parse(await call('react', { id: id(), as, post, emoji, on: true })).reply,
    async posts() {
      const all: Post[] = [];
      for (let page: Post[] | undefined; page === undefined || page.length > 0; ) {
        const before = all[0] === undefined ? '' : `&before=${all[0].id}`;
        page = Posts.parse(await call(`posts?channel=${channel}${before}`)).posts;
        all.unshift(...page);
      }
      return all;
    },
    invoke: (event, command, input) =>
      call('invocations', { id: event, as: 'dev', command, input }),
    async watch(event) {
      const state = await call(`watch/${event}?after=0&wait=0`);
      return state === undefined ? undefined : Watched.parse(state);
    },
  };
}
