import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Bus } from '../../../src/core/ports/jobs.ts';
import type { HttpAdapters } from '../../../src/platforms/http/adapters.ts';
import { scriptedDispatch } from '../../fakes/dispatch.ts';
import { memoryChatLog } from '../../fakes/memory-chat-log.ts';
import { call, makeAdapters, TOKEN } from '../terminal/open-adapters.ts';

const STATE = { outcome: 'pending', data: null } as const;
const Posted = z.object({ type: z.literal('post'), post: z.object({ card: z.unknown() }) });

/** One bus for all, whose connection can be cut. */
function createBus() {
  const listeners = new Map<string, Set<(message: string) => void>>();
  const waiting = new Set<() => void>();
  const bus: Bus = {
    async publish(topic, message) {
      for (const listener of listeners.get(topic) ?? []) listener(message);
    },
    subscribe(topic, listener, missed) {
      const known = listeners.get(topic) ?? new Set();
      listeners.set(topic, known.add(listener));
      if (missed) waiting.add(missed);
      return () => void known.delete(listener);
    },
  };
  return {
    bus,
    cut() {
      for (const missed of waiting) missed();
    },
  };
}

describe('platforms/http: two bots', () => {
  const opened: HttpAdapters[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.stop();
  });

  async function openTwo() {
    const line = createBus();
    const chatLog = memoryChatLog();
    const bots = [makeAdapters(chatLog, line), makeAdapters(chatLog, line)];
    for (const bot of bots) await bot.start(scriptedDispatch({}));
    opened.push(...bots);
    const [one, other] = bots;
    if (!one || !other) throw new Error('there are two');
    return { ...line, one, other };
  }

  /** The events of a page, as they come. */
  async function listen({ url }: HttpAdapters) {
    const headers = { authorization: `Bearer ${TOKEN}` };
    const { body } = await fetch(`${url()}/api/events`, { headers });
    const page = { text: '', ended: false };
    const pump = async () => {
      const decoder = new TextDecoder();
      for await (const chunk of body ?? []) page.text += decoder.decode(chunk);
    };
    pump()
      .catch(() => {})
      .finally(() => {
        page.ended = true;
      });
    return page;
  }
  const titlesIn = ({ text }: { text: string }) =>
    [...text.matchAll(/^data: (.*)$/gm)].flatMap(([, json = '']) => {
      const { data } = Posted.safeParse(JSON.parse(json));
      return data ? [z.object({ title: z.string() }).parse(data.post.card).title] : [];
    });

  it('show on the pages of both what one of them posts and edits, once each', async () => {
    const { one, other } = await openTwo();
    const pages = [await listen(one), await listen(other)];
    const where = { platform: 'web', channel: 'flights' };
    const id = await one.web.post(
      where,
      { title: 'Training', tone: 'progress' },
      { key: 'k', ...STATE },
    );
    await expect.poll(() => pages.map(titlesIn)).toEqual([['Training'], ['Training']]);
    await other.web.edit(where, id, { title: 'Trained', tone: 'success' }, STATE);
    const both = ['Training', 'Trained'];
    await expect.poll(() => pages.map(titlesIn)).toEqual([both, both]);
  });

  it('let pages load again what they may have missed', async () => {
    const { one, cut } = await openTwo();
    const page = await listen(one);
    cut();
    await expect.poll(() => page.ended).toBe(true);
  });

  it('answer a call at one of them that waits at the other', async () => {
    const { one, other } = await openTwo();
    const waiting = call(other.url(), 'watch/inv-00000001?after=0&wait=20');
    const where = { platform: 'terminal', channel: 'inv-00000001' };
    await one.terminal.post(where, { title: 'Done', tone: 'success' }, { key: 'k', ...STATE });
    expect(await waiting).toMatchObject({ status: 200, body: { card: { title: 'Done' } } });
  });
});
