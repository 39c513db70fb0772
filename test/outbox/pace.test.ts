import { setImmediate as breath } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Address } from '../../src/core/address.ts';
import { type Clock, systemClock } from '../../src/core/clock.ts';
import { Busy, NotFound, Refused } from '../../src/core/errors.ts';
import type { Subject } from '../../src/core/reply.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { createReplies } from '../../src/outbox/replies.ts';
import { openLibrary } from '../registry/server.ts';
import { tries } from '../sweep.ts';
import { createAdapter, createPost, state } from './adapters.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { outbox } = library.registry;
const { signal } = new AbortController();

let count = 0;
const fresh = (): Subject => `alert:${++count}`;
const C1 = { platform: 'slack', channel: 'C1' };
const C2 = { platform: 'slack', channel: 'C2' };

function open(paceMs?: number, clock: Clock = systemClock) {
  const slack = createAdapter('slack', paceMs === undefined ? {} : { paceMs });
  const post = createPost();
  const said: { level: string; message: string }[] = [];
  const at = (level: string) => (_: object, message: string) => void said.push({ level, message });
  const log = { info: at('info'), warn: at('warn'), error: at('error') };
  const courier = createCourier({
    outbox,
    platforms: [slack.platform],
    wake: post.wake,
    log,
    clock,
  });
  post.hire(courier);
  return { slack, post, said, courier, replies: createReplies(outbox, post.wake) };
}

/** Whether the channel's pace allows it. */
const only =
  (channel: string, act: () => Promise<void>) =>
  async (where: Address): Promise<void> => {
    if (where.channel === channel) await act();
  };

describe('outbox: at the pace of a platform', () => {
  it('delivers the newest state when its turn comes, in one message', async () => {
    const { slack, post, replies } = open(1000);
    const [first, second] = [fresh(), fresh()];
    await replies.open(first, C1, state('first'));
    await replies.open(second, C1, state('second, not this one'));
    // Everything said before the second turn becomes one message.
    for (let n = 0; n < 5; n++) await replies.show(second, state(`second ${n}`));
    await post.quiet();
    expect(slack.shown).toEqual(['first', 'second 4']);
    expect(slack.calls).toBeLessThanOrEqual(4);
  });

  it('posts what is held back when its time has come, in its newest state, and edits without waiting', async () => {
    const clock = { now: () => new Date(now) };
    let now = Date.parse('2026-11-30T23:00:00Z');
    const { slack, post, replies, courier } = open(undefined, clock);
    const [held, there] = [fresh(), fresh()];
    const morning = new Date('2026-12-01T06:00:00Z');
    await replies.open(there, C1, state('there'));
    await replies.open(held, C1, state('began'), morning);
    await replies.tell(there, 'worse', state('worse').card, morning);
    await replies.show(held, state('over'));
    await replies.show(there, state('edited'));
    await post.quiet();
    expect(slack.shown).toEqual(['edited']);
    now = morning.getTime();
    await courier.catchUp();
    await post.quiet();
    expect(slack.shown.toSorted()).toEqual(['edited', 'over', 'worse']);
  });

  it('does not make channels wait for each other', async () => {
    const { slack, replies, courier } = open(60_000);
    await outbox.attach('alert:a1', C1, state('a1'));
    await outbox.attach('alert:a2', C1, state('a2'));
    await courier.deliver('alert:a1', signal);
    const leaving = new AbortController();
    const waits = courier.deliver('alert:a2', leaving.signal);
    await outbox.attach('alert:b', C2, state('b'));
    await courier.deliver('alert:b', signal);
    expect(slack.shown.sort()).toEqual(['a1', 'b']);
    leaving.abort(new Error('going home'));
    await expect(waits).rejects.toThrow();
    expect(await replies.placesOf('alert:a2')).toEqual([]);
  });

  it('waits only where a rate limit applies, and checks whether the message got through', async () => {
    const { slack, post, replies } = open(1);
    let pleas = 2;
    slack.meets(
      only('C1', async () => {
        if (pleas-- > 0) throw new Busy('slow down', 20);
      }),
    );
    const [here, there] = [fresh(), fresh()];
    await replies.open(here, C1, state('here'));
    await replies.open(there, C2, state('there'));
    await post.quiet();
    expect(post.failures).toEqual([]);
    expect(slack.shown.sort()).toEqual(['here', 'there']);
    const attempts = (channel: string) =>
      slack.asked.filter((one) => one.channel === channel).map(({ again }) => again);
    expect(attempts('C1')).toEqual([false, true, true]);
    expect(attempts('C2')).toEqual([false]);
  });

  it('does not flood a platform that applies a rate limit', async () => {
    const { slack, courier } = open();
    const subject = fresh();
    slack.meets(() => Promise.reject(new Busy('slow down', 60_000)));
    await outbox.attach(subject, C1, state('one'));
    const leaving = new AbortController();
    const delivered = courier.deliver(subject, leaving.signal);
    await expect.poll(() => slack.calls).toBe(1);
    for (let n = 0; n < 20; n++) await breath();
    expect(slack.calls).toBe(1);
    leaving.abort(new Error('going home'));
    await expect(delivered).rejects.toThrow('going home');
  });

  it('gives up an attempt if a rate limit never ends, and loses nothing', async () => {
    const { slack, post, replies, courier } = open();
    const subject = fresh();
    slack.meets(() => Promise.reject(new Busy('slow down', 1)));
    await replies.open(subject, C1, state('one'));
    await post.quiet();
    expect(post.failures).toHaveLength(1);
    expect(slack.calls).toBe(6);
    slack.meets(async () => {});
    await courier.deliver(subject, signal);
    expect(slack.shown).toEqual(['one']);
  });
});

describe('outbox: if people must fix something', () => {
  it('skips the place, logs it once, and delivers when it is fixed', async () => {
    const { slack, post, said, replies, courier } = open(1);
    const subjects = [fresh(), fresh(), fresh(), fresh()];
    const no = new Refused('Slack does not let me speak in C1.', { next: 'Invite me.' });
    slack.meets(only('C1', () => Promise.reject(no)));
    for (const subject of subjects) await outbox.attach(subject, C1, state(subject));
    for (const subject of subjects) await courier.deliver(subject, signal);
    await replies.open(fresh(), C2, state('elsewhere'));
    await post.quiet();
    expect(post.failures).toEqual([]);
    expect(slack.shown).toEqual(['elsewhere']);
    expect(slack.asked.filter(({ channel }) => channel === 'C1')).toHaveLength(1);
    expect(said.filter(({ level }) => level === 'warn')).toEqual([
      { level: 'warn', message: 'a message waits: Slack does not let me speak in C1. Invite me.' },
    ]);

    // Another process, or this one a minute later.
    const later = open(1);
    expect(await later.courier.catchUp()).toBeGreaterThanOrEqual(4);
    await later.post.quiet();
    expect(later.slack.shown).toEqual(expect.arrayContaining(subjects));
  });

  it('does the same for a missing channel', async () => {
    const { slack, post, said, replies } = open();
    slack.meets(() => Promise.reject(new NotFound('There is no channel C1.')));
    await replies.open(fresh(), C1, state('one'));
    await post.quiet();
    expect(post.failures).toEqual([]);
    expect(said).toEqual([{ level: 'warn', message: 'a message waits: There is no channel C1.' }]);
  });
});

describe('outbox: deleted messages', () => {
  it('are not posted again, and are settled', async () => {
    const { slack, post, replies } = open();
    const subject = fresh();
    await replies.open(subject, C1, state('one'));
    await post.quiet();
    slack.meets(() => Promise.reject(new NotFound('message_not_found')));
    await replies.show(subject, state('two'));
    await post.quiet();
    expect(post.failures).toEqual([]);
    expect(slack.shown).toEqual(['one']);
    expect(await outbox.undelivered(['slack'])).not.toContain(subject);
  });

  it('drop the replies for their thread', async () => {
    const { slack, post, replies } = open();
    const subject = fresh();
    await replies.open(subject, C1, state('one'));
    await post.quiet();
    slack.meets(() => Promise.reject(new NotFound('thread_not_found')));
    await replies.tell(subject, 'word', state('a word').card);
    await post.quiet();
    expect(await outbox.repliesTo(subject)).toEqual([]);
    expect(slack.shown).toEqual(['one']);
    expect(post.failures).toEqual([]);
  });
});

describe('outbox: in threads', () => {
  it('one subject can be shown in a channel and in a thread of it', async () => {
    const { slack, post, replies } = open();
    const subject = fresh();
    await replies.open(subject, C1, state('one'));
    await replies.open(subject, { ...C1, thread: 'T' }, state('one'));
    await post.quiet();
    expect(slack.messages).toMatchObject([{ thread: undefined }, { thread: 'T' }]);
  });

  it('replies follow into the thread of their message', async () => {
    const { slack, post, replies } = open();
    const subject = fresh();
    await replies.open(subject, { ...C1, thread: 'T' }, state('one'));
    await replies.tell(subject, 'word', state('a word').card);
    await post.quiet();
    expect(slack.messages).toMatchObject([{ thread: 'T' }, { thread: 'T', titles: ['a word'] }]);
  });
});

describe('outbox: any response of a platform', () => {
  it('every message ends in the newest state', async () => {
    const trouble = fc.constantFrom('busy', 'gone away', 'fine', 'fine');
    const act = fc.record({
      which: fc.constantFrom(0 as const, 1, 2),
      where: fc.constantFrom(C1, C2),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 2, maxLength: 12 }),
        fc.array(trouble, { maxLength: 12 }),
        async (acts, troubles) => {
          const subjects = [fresh(), fresh(), fresh()] as const;
          const { slack, post, replies, courier } = open(1);
          slack.meets(async () => {
            const next = troubles.shift();
            if (next === 'busy') throw new Busy('slow down', 2);
            if (next === 'gone away') throw new Error('the connection broke');
          });
          const newest = new Map<Subject, string>();
          for (const [n, { which, where }] of acts.entries()) {
            const subject = subjects[which];
            await replies.open(subject, where, state(`${subject} begins`));
            newest.set(subject, `${subject} ${n}`);
            await replies.show(subject, state(`${subject} ${n}`));
          }
          await post.quiet();
          troubles.length = 0;
          for (const subject of newest.keys()) await courier.deliver(subject, signal);
          for (const [subject, last] of newest) {
            const copies = await outbox.copies(subject);
            const own = slack.messages.filter(({ id }) =>
              copies.some(({ message }) => message === id),
            );
            expect(own).toHaveLength(copies.length);
            expect(own.map(({ titles }) => titles.at(-1))).toEqual(copies.map(() => last));
          }
          expect(await outbox.undelivered(['slack'])).not.toContain(subjects[0]);
        },
      ),
      tries(12),
    );
  });
});
