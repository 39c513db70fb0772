import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import type { HttpAdapters } from '../../../src/platforms/http/adapters.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';
import { call, makeAdapters, TOKEN } from '../terminal/open-adapters.ts';

const WHERE = { platform: 'web', channel: 'flights' };
const STATE = { outcome: 'pending', data: null } as const;
const Event = z.object({
  type: z.string(),
  version: z.string().optional(),
  post: z
    .object({
      card: z.object({ title: z.string() }).nullable(),
      replies: z.object({ count: z.number() }),
    })
    .optional(),
});

describe('platforms/web, live updates', () => {
  let adapters: HttpAdapters;
  afterEach(() => adapters.stop());

  async function open(
    events: { heartbeatMs?: number; bufferBytes?: number; readers?: number } = {},
  ) {
    adapters = makeAdapters(memoryChatLog(), { events });
    await adapters.start(scriptedDispatch({}));
  }

  /** Reads the stream as a browser does, into a growing list. */
  async function listen() {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const response = await fetch(`${adapters.url()}/api/events`, { headers });
    const chunks: string[] = [];
    const stream = { response, text: () => chunks.join(''), ended: false };
    const decoder = new TextDecoder();
    const pump = async () => {
      for await (const chunk of response.body ?? []) chunks.push(decoder.decode(chunk));
    };
    pump()
      .catch(() => {})
      .finally(() => {
        stream.ended = true;
      });
    return stream;
  }
  const eventsIn = (text: string) =>
    [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => Event.parse(JSON.parse(json ?? '')));

  it('sends a greeting, then every change, including those of a parent', async () => {
    await open();
    const stream = await listen();
    const parent = await adapters.web.post(
      WHERE,
      { title: 'Training', tone: 'progress' },
      { key: 'k', ...STATE },
    );
    await adapters.web.edit(WHERE, parent, { title: 'Trained', tone: 'success' }, STATE);
    const word = { key: 'k2', thread: parent, ...STATE };
    await adapters.web.post(WHERE, { title: 'A word', tone: 'note' }, word);
    await expect.poll(() => eventsIn(stream.text())).toHaveLength(5);
    const [hello, ...posts] = eventsIn(stream.text());
    expect(hello).toEqual({ type: 'hello', version: '0.1.0' });
    expect(posts.map(({ post }) => [post?.card?.title, post?.replies.count])).toEqual([
      ['Training', 0],
      ['Trained', 0],
      ['A word', 0],
      ['Trained', 1],
    ]);
    expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
    expect(stream.response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('says nothing to strangers', async () => {
    await open();
    expect((await fetch(`${adapters.url()}/api/events`)).status).toBe(401);
  });

  it('keeps the line warm', async () => {
    await open({ heartbeatMs: 20 });
    const stream = await listen();
    await expect.poll(() => stream.text()).toContain(': still here');
  });

  it('disconnects only a reader that does not keep up', async () => {
    await open({ bufferBytes: 300_000 });
    const quick = await listen();
    const { hostname, port } = new URL(adapters.url());
    const slow = connect(Number(port), hostname);
    slow.pause();
    slow.write(
      `GET /api/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
    );
    let isDropped = false;
    slow
      .on('error', () => {})
      .on('close', () => {
        isDropped = true;
      });
    const text = 'x'.repeat(50_000);
    await vi.waitFor(
      async () => {
        const key = `k${Math.random()}`;
        await adapters.web.post(WHERE, { title: 'Much', tone: 'note', text }, { key, ...STATE });
        // A paused socket does not notice; a write does.
        slow.write('\r\n');
        expect(isDropped).toBe(true);
      },
      { timeout: 60_000, interval: 5 },
    );
    expect(quick.ended).toBe(false);
  });

  it('turns away more pages than it can serve', async () => {
    await open({ readers: 1 });
    await listen();
    expect((await call(adapters.url(), 'events')).status).toBe(503);
  });

  it('ends the streams when the adapters close', async () => {
    await open();
    const stream = await listen();
    await adapters.stop();
    await expect.poll(() => stream.ended).toBe(true);
  });
});
