import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Mark } from '../../src/core/card.ts';
import { Refused, Unreachable } from '../../src/core/errors.ts';
import type { Platform } from '../../src/core/platform.ts';
import type { Outbox } from '../../src/core/ports/replies.ts';
import type { Subject } from '../../src/core/reply.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { openLibrary } from '../registry/server.ts';
import { tries } from '../sweep.ts';
import { createAdapter, createPost, state } from './adapters.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { outbox } = library.registry;

let count = 0;
const fresh = (): Subject => `run:${++count}`;
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const WEB = { platform: 'web', channel: 'flights' };
const SLACK = { platform: 'slack', channel: 'C1' };

/** Two adapters; `over` lets a test wrap the outbox. */
function open(over: Partial<Outbox> = {}) {
  const web = createAdapter('web');
  const slack = createAdapter('slack');
  const post = createPost();
  const parts = { outbox: { ...outbox, ...over }, wake: post.wake, log: silent };
  const courier = createCourier({ ...parts, platforms: [web.platform, slack.platform] });
  post.hire(courier);
  return { web, slack, post, courier, replies: createReplies(parts.outbox, post.wake) };
}

const signal = new AbortController().signal;

describe('outbox: the courier', () => {
  it('posts once, then edits every copy, once a state', async () => {
    const subject = fresh();
    const { web, slack, post, replies, courier } = open();
    await replies.open(subject, WEB, state('one'));
    await replies.open(subject, SLACK, state('not this one'));
    await post.quiet();
    await replies.show(subject, state('two'));
    await post.quiet();
    expect(web.messages).toMatchObject([{ channel: 'flights', titles: ['one', 'two'] }]);
    expect(slack.messages).toMatchObject([{ channel: 'C1', titles: ['one', 'two'] }]);
    for (let n = 0; n < 3; n++) await courier.deliver(subject, signal);
    expect([web.calls, slack.calls]).toEqual([2, 2]);
    expect(await replies.subjectOf('web', 'web-1')).toBe(subject);
  });

  it('sets its reaction once for each state, again after an outage, and continues if it is not allowed to', async () => {
    const { post, web } = open();
    const marked: string[] = [];
    const troubles: Error[] = [];
    const mark: Platform['mark'] = async (_, message, wanted) => {
      const trouble = troubles.shift();
      if (trouble) throw trouble;
      marked.push(`${message} ${wanted}`);
    };
    const platforms = [{ ...web.platform, mark }];
    const courier = createCourier({ outbox, wake: post.wake, log: silent, platforms });
    post.hire(courier);
    const replies = createReplies(outbox, post.wake);
    const subject = fresh();
    const stateOf = (title: string, mark?: Mark) => ({
      ...state(title),
      card: { ...state(title).card, ...(mark && { mark }) },
    });
    await replies.open(subject, WEB, stateOf('open'));
    await post.quiet();
    expect(marked).toEqual([]);
    troubles.push(new Unreachable('no line'));
    await replies.show(subject, stateOf('taken', 'taken'));
    await post.quiet();
    await courier.deliver(subject, signal);
    await replies.show(subject, stateOf('taken still', 'taken'));
    await post.quiet();
    expect(marked).toEqual(['web-1 taken']);
    troubles.push(new Refused('not allowed'));
    await replies.show(subject, stateOf('over', 'over'));
    await post.quiet();
    expect(web.shown).toEqual(['over']);
    // Tried again with the next state.
    await replies.show(subject, stateOf('over, with a figure more', 'over'));
    await post.quiet();
    expect(marked).toEqual(['web-1 taken', 'web-1 over']);
  });

  it('delivers only the newest state, however many there were', async () => {
    const subject = fresh();
    const { web, post, replies } = open();
    let letGo = () => {};
    const gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    web.meets(() => gate);
    await replies.open(subject, WEB, state('first'));
    for (let n = 0; n < 20; n++) await replies.show(subject, state(`state ${n}`));
    web.meets(async () => {});
    letGo();
    await post.quiet();
    const titles = web.messages[0]?.titles ?? [];
    expect(titles.at(-1)).toBe('state 19');
    expect(titles.length).toBeLessThanOrEqual(2);
  });

  it('does not let a failing adapter delay others, and retries it', async () => {
    const subject = fresh();
    const { web, slack, post, replies, courier } = open();
    web.meets(() => Promise.reject(new Error('the adapter is stuck')));
    await replies.open(subject, WEB, state('one'));
    await replies.open(subject, SLACK, state('one'));
    await post.quiet();
    expect(slack.shown).toEqual(['one']);
    expect(web.shown).toEqual([]);
    expect(String(post.failures[0])).toContain(`bringing ${subject} to 1 of its places`);
    await expect(courier.deliver(subject, signal)).rejects.toThrow(AggregateError);
    web.meets(async () => {});
    await courier.catchUp();
    await post.quiet();
    expect(web.shown).toEqual(['one']);
    expect(slack.calls).toBe(1);
  });

  it('does not let a hanging adapter delay others', async () => {
    const subject = fresh();
    const { web, slack, replies, courier } = open();
    web.meets(() => new Promise(() => {}));
    await outbox.attach(subject, WEB, state('one'));
    await replies.open(subject, SLACK, state('one'));
    void courier.deliver(subject, signal);
    await expect.poll(() => slack.shown).toEqual(['one']);
  });

  it('keeps the copy of a disabled adapter for later', async () => {
    const subject = fresh();
    const { post, replies, courier } = open();
    await replies.open(subject, { platform: 'discord', channel: 'x' }, state('one'));
    await post.quiet();
    expect(post.failures).toEqual([]);
    expect(await outbox.copies(subject)).toMatchObject([{ delivered: 0 }]);
    expect(await courier.catchUp()).toBeGreaterThan(0);
  });

  it('posts no second message after a crash between posting and recording it', async () => {
    const subject = fresh();
    let alive = false;
    const { web, post, replies, courier } = open({
      async markDelivered(copy, message, revision) {
        if (!alive) throw new Error('the process died here');
        return outbox.markDelivered(copy, message, revision);
      },
    });
    await replies.open(subject, WEB, state('one'));
    await post.quiet();
    await replies.show(subject, state('two'));
    await post.quiet();
    expect(web.messages).toHaveLength(1);
    alive = true;
    await courier.deliver(subject, signal);
    await courier.deliver(subject, signal);
    expect(web.messages).toMatchObject([{ id: 'web-1', titles: ['one', 'two', 'two'] }]);
    expect(await outbox.copies(subject)).toMatchObject([{ message: 'web-1', delivered: 2 }]);
  });

  it('finds copies that are behind after a restart', async () => {
    const subjects = [fresh(), fresh(), fresh()];
    const before = open();
    for (const subject of subjects) await outbox.attach(subject, WEB, state('stored'));
    await outbox.put(subjects[0] ?? 'run:0', state('and changed'));
    expect(before.web.messages).toEqual([]);

    const after = open();
    expect(await after.courier.catchUp()).toBeGreaterThanOrEqual(3);
    await after.post.quiet();
    expect(after.web.shown.sort()).toEqual(
      expect.arrayContaining(['and changed', 'stored', 'stored']),
    );
    const calls = after.web.calls;
    await after.courier.catchUp();
    await after.post.quiet();
    expect(after.web.calls).toBe(calls);
  });

  it('loses nothing if the queue is unreachable', async () => {
    const subject = fresh();
    const { web, courier, post } = open();
    const replies = createReplies(outbox, () => Promise.reject(new Error('Redis is unreachable')));
    await replies.open(subject, WEB, state('one'));
    await replies.show(subject, state('two'));
    await replies.tell(subject, 'word', state('a word').card);
    expect(web.calls).toBe(0);
    await courier.catchUp();
    await post.quiet();
    expect(web.shown).toEqual(expect.arrayContaining(['two', 'a word']));
  });

  it('stops between two places on request', async () => {
    const subject = fresh();
    const { web, courier } = open();
    await outbox.attach(subject, WEB, state('one'));
    await expect(
      courier.deliver(subject, AbortSignal.abort(new Error('going home'))),
    ).rejects.toThrow('going home');
    expect(web.calls).toBe(0);
    await courier.deliver('run:unheard-of', signal);
  });
});

describe('outbox: replies in a thread', () => {
  it('are posted below their message everywhere, once each', async () => {
    const subject = fresh();
    const { web, slack, post, replies } = open();
    await replies.open(subject, WEB, state('run'));
    await replies.open(subject, SLACK, state('run'));
    await post.quiet();
    for (let n = 0; n < 3; n++) await replies.tell(subject, 'done', state(`word ${n}`).card);
    await post.quiet();
    const words = (adapter: typeof web) =>
      adapter.messages.filter(({ thread }) => thread !== undefined);
    expect(words(web)).toMatchObject([{ thread: 'web-1', titles: ['word 0'], outcome: 'done' }]);
    expect(words(slack)).toMatchObject([{ thread: 'slack-1', titles: ['word 0'] }]);
  });

  it('wait for their message', async () => {
    const subject = fresh();
    const { web, slack, post, replies, courier } = open();
    web.meets(() => Promise.reject(new Error('the adapter is stuck')));
    await replies.open(subject, WEB, state('run'));
    await replies.open(subject, SLACK, state('run'));
    await replies.tell(subject, 'a', state('a word').card);
    await post.quiet();
    expect(web.messages).toEqual([]);
    expect(slack.messages).toMatchObject([{ titles: ['run'] }, { thread: 'slack-1' }]);
    web.meets(async () => {});
    await courier.deliver(subject, signal);
    await post.quiet();
    expect(web.messages).toMatchObject([
      { titles: ['run'] },
      { thread: 'web-1', titles: ['a word'] },
    ]);
  });
});

describe('outbox: concurrent changes', () => {
  it('every copy ends in the last state', async () => {
    const act = fc.record({
      what: fc.constantFrom('show', 'show', 'open', 'tell', 'stuck', 'free', 'crash'),
      place: fc.constantFrom(WEB, SLACK, { platform: 'web', channel: 'general' }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 14 }), async (acts) => {
        const subject = fresh();
        let crashes = 0;
        const { web, slack, post, replies, courier } = open({
          async markDelivered(copy, message, revision) {
            if (crashes-- > 0) throw new Error('the process died here');
            return outbox.markDelivered(copy, message, revision);
          },
        });
        await replies.open(subject, WEB, state('start'));
        await Promise.all(
          acts.map(async ({ what, place }, n) => {
            if (what === 'show') await replies.show(subject, state(`state ${n}`));
            else if (what === 'open') await replies.open(subject, place, state('ignored'));
            else if (what === 'tell') await replies.tell(subject, `${n % 3}`, state('word').card);
            else if (what === 'crash') crashes = 1;
            else web.meets(what === 'stuck' ? () => Promise.reject(new Error()) : async () => {});
          }),
        );
        await post.quiet();
        web.meets(async () => {});
        crashes = 0;
        // A reply is woken by its parent message, possibly in this very round.
        for (let round = 0; round < 3; round++) {
          await courier.catchUp();
          await post.quiet();
        }
        const last = (await outbox.load(subject))?.state.card.title;
        const copies = await outbox.copies(subject);
        const own = [...web.messages, ...slack.messages].filter(({ id }) =>
          copies.some(({ message }) => message === id),
        );
        expect(own).toHaveLength(copies.length);
        for (const { titles } of own) expect(titles.at(-1)).toBe(last);
        expect(await outbox.undelivered(['web', 'terminal', 'slack', 'discord'])).not.toContain(
          subject,
        );
        expect(await outbox.repliesTo(subject)).toEqual([]);
      }),
      tries(40),
    );
  });
});
