import { createHash, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import staticFiles from '@fastify/static';
import fastify from 'fastify';
import type { ModelBoard, ModelList } from '../../src/core/board.ts';
import type { Card } from '../../src/core/card.ts';
import type {
  Completion,
  PageEvent,
  Post,
  Press,
  PrivateReply,
  React,
  Say,
  Session,
} from '../../src/platforms/web/api.ts';

/** The content security policy that the page must work with. */
const POLICY = "default-src 'self'; img-src 'self' data:";
const NO_REPLY: { reply: PrivateReply | null } = { reply: null };
const BOT = { id: 'wheelhouse', name: 'Wheelhouse', bot: true };

export interface PageServerOptions {
  /** The folder of the built page. */
  page: string;
  session: Session;
  completions?: (text: string) => Completion[];
  /** The answer to a slash command; it may post by itself. */
  command?: (say: Say) => PrivateReply | null;
  press?: (press: Press) => PrivateReply | null;
  /** The models with a board, in sidebar order. */
  boards?: () => readonly ModelBoard[];
}

/** The page's server as `api.ts` describes it, in memory and controlled by a test. */
export type PageServer = Awaited<ReturnType<typeof startPageServer>>;

export async function startPageServer(options: PageServerOptions) {
  const { page, session, completions, command, press, boards = () => [] } = options;
  const posts = new Map<string, Post>();
  const pictures = new Map<string, Buffer>();
  const done = new Set<string>();
  const streams = new Set<ServerResponse>();
  /** Every action received, repeats included. */
  const heard: (Say | Press | React)[] = [];
  let trouble: { status: number; error: string } | undefined;
  let version = session.version;

  const send = (stream: ServerResponse, event: PageEvent) =>
    stream.write(`data: ${JSON.stringify(event)}\n\n`);
  const put = (post: Post): Post => {
    posts.set(post.id, post);
    for (const stream of streams) send(stream, { type: 'post', post });
    return post;
  };
  const add = (draft: Partial<Post> & Pick<Post, 'channel' | 'author'>): Post => {
    const at = draft.at ?? new Date().toISOString();
    const root = posts.get(draft.thread ?? '');
    if (root !== undefined)
      put({ ...root, replies: { count: root.replies.count + 1, lastAt: at } });
    const none = { thread: null, text: null, card: null, editedAt: null, reactions: {} };
    const replies = { count: 0, lastAt: null };
    return put({ ...none, replies, ...draft, id: draft.id ?? randomUUID(), at });
  };
  const get = (id: string): Post => {
    const post = posts.get(id);
    if (post === undefined) throw new Error(`There is no post ${id}.`);
    return post;
  };

  const app = fastify();
  app.addHook('onSend', async (_request, reply) => {
    reply.header('content-security-policy', POLICY);
  });
  app.addHook('preHandler', async (request, reply) => {
    if (trouble === undefined || !request.url.startsWith('/api/')) return;
    await reply.code(trouble.status).send({ error: trouble.error });
  });
  await app.register(staticFiles, { root: page });

  app.get('/api/session', () => ({ ...session, version }));
  app.get<{ Querystring: { channel: string; before?: string } }>('/api/posts', ({ query }) => {
    const all = [...posts.values()].filter(
      ({ channel, thread }) => channel === query.channel && thread === null,
    );
    const end = all.findIndex(({ id }) => id === query.before);
    return { posts: all.slice(0, end === -1 ? undefined : end).slice(-50) };
  });
  app.get<{ Params: { id: string } }>('/api/posts/:id/thread', ({ params: { id } }) => ({
    posts: [...posts.values()].filter(({ thread }) => thread === id),
  }));
  app.get<{ Querystring: { text: string } }>('/api/complete', ({ query: { text } }) => ({
    completions: completions?.(text) ?? [],
  }));
  app.get<{ Params: { sha256: string } }>('/api/pictures/:sha256', ({ params }, reply) =>
    reply.type('image/png').send(pictures.get(params.sha256)),
  );
  app.get('/api/models', (): ModelList => {
    const all = boards();
    const names = [...new Set(all.map(({ model }) => model))];
    return {
      models: names.flatMap((name) => {
        const own = all.filter(({ model }) => model === name);
        const [first] = own;
        return first ? [{ ...summaryOf(first), endpoints: own.map(endpointOf) }] : [];
      }),
      next: null,
    };
  });
  app.get<{ Params: { model: string }; Querystring: { in?: string } }>(
    '/api/models/:model',
    ({ params: { model }, query: { in: environment } }, reply) => {
      const own = boards().filter((board) => board.model === model);
      const found = own.find((board) => (environment ?? board.environment) === board.environment);
      return found ?? reply.code(404).send({ error: `There is no model "${model}".` });
    },
  );
  app.get('/api/events', (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' });
    streams.add(reply.raw);
    reply.raw.on('close', () => streams.delete(reply.raw));
    send(reply.raw, { type: 'hello', version });
  });

  /** Runs `act` unless the same ID did so before. */
  const once = <T extends Say | Press | React>(act: T, run: (act: T) => PrivateReply | null) => {
    heard.push(act);
    if (done.has(act.id)) return NO_REPLY;
    done.add(act.id);
    return { reply: run(act) };
  };
  app.post<{ Body: Say }>('/api/say', ({ body }) =>
    once(body, (say) => {
      if (say.text.startsWith('/')) return command?.(say) ?? null;
      add({ channel: say.channel, author: person(say.as), text: say.text });
      return null;
    }),
  );
  app.post<{ Body: Press }>('/api/press', ({ body }) =>
    once(body, (pressed) => press?.(pressed) ?? null),
  );
  app.post<{ Body: React }>('/api/react', ({ body }) =>
    once(body, ({ as, post: id, emoji, on }) => {
      const post = get(id);
      const others = (post.reactions[emoji] ?? []).filter((who) => who !== as);
      put({ ...post, reactions: { ...post.reactions, [emoji]: on ? [...others, as] : others } });
      return null;
    }),
  );

  function person(id: string): Post['author'] {
    const name = session.identities.find((identity) => identity.id === id)?.name ?? id;
    return { id, name, bot: false };
  }

  return {
    url: await app.listen({ host: '127.0.0.1', port: 0 }),
    heard,
    add,
    get,
    /** A user posts a message. */
    say: (channel: string, as: string, text: string, extra: Partial<Post> = {}) =>
      add({ channel, author: person(as), text, ...extra }),
    post: (channel: string, card: Card, extra: Partial<Post> = {}) =>
      add({ channel, author: BOT, card, ...extra }),
    edit: (id: string, card: Card) => put({ ...get(id), card, editedAt: new Date().toISOString() }),
    /** Stores a PNG; returns its hash. */
    keep(png: Buffer): string {
      const sha256 = createHash('sha256').update(png).digest('hex');
      pictures.set(sha256, png);
      return sha256;
    },
    /** From now on every API call answers with this error; undefined ends it. */
    fail(error?: string, status = 500) {
      trouble = error === undefined ? undefined : { status, error };
    },
    /** Closes every event stream. */
    hangUp() {
      for (const stream of streams) stream.destroy();
    },
    update(next: string) {
      version = next;
    },
    async stop() {
      for (const stream of streams) stream.destroy();
      await app.close();
    },
  };
}

const summaryOf = ({ model, summary, task }: ModelBoard) => ({ model, summary, task });

const endpointOf = ({ environment, live, alerts, approvals }: ModelBoard) => ({
  ...{ environment, live, outOfService: false },
  openAlerts: alerts.length,
  harm: alerts.filter(({ grade }) => grade === 'harm').length,
  openApprovals: approvals.length,
});
