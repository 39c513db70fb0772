import { afterAll, describe, expect, it } from 'vitest';
import { NotFound, Unreachable } from '../../src/core/errors.ts';
import type { Platform } from '../../src/core/platform.ts';
import type { Outbox } from '../../src/core/ports/replies.ts';
import type { Subject } from '../../src/core/reply.ts';
import { createCourier } from '../../src/outbox/courier.ts';
import { openLibrary } from '../registry/server.ts';
import { state } from './adapters.ts';

const library = await openLibrary();
afterAll(() => library.close());
const { outbox } = library.registry;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const signal = new AbortController().signal;
const PLACE = { platform: 'slack', channel: 'C1' };

/** A channel of a platform that, unlike Discord, does not know a message that is posted twice. */
function createChannel() {
  const messages = new Map<string, { key: string; title: string }>();
  let posted = 0;
  /** What each bot is kept from until the test lets it go on, by the name of the step. */
  const platformOf = (pause: (step: string) => Promise<void>): Platform => ({
    name: 'slack',
    start: async () => {},
    stop: async () => {},
    async post(_, { title }, { key, again }) {
      const before = [...messages].find(([, one]) => again && one.key === key);
      await pause('before posting');
      if (before) {
        messages.set(before[0], { key, title });
        return before[0];
      }
      posted += 1;
      const id = `m${posted}`;
      messages.set(id, { key, title });
      await pause('after posting');
      return id;
    },
    async edit(_, message, { title }) {
      await pause('before editing');
      const known = messages.get(message);
      if (!known) throw new NotFound('There is no such message.');
      messages.set(message, { ...known, title });
      await pause('after editing');
    },
    async remove(_, message) {
      messages.delete(message);
    },
  });
  return { messages, platformOf };
}

/** The leases of two bots: the second has it from the moment on at which the first is paused. */
function createBots(pausedAt: string) {
  const channel = createChannel();
  let holder = 1;
  let goOn = () => {};
  const resumed = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let isThere = () => {};
  const reached = new Promise<void>((resolve) => {
    isThere = resolve;
  });
  const pause = async (step: string) => {
    if (step !== pausedAt || holder !== 1) return;
    holder = 2;
    isThere();
    await resumed;
  };
  const botOf = (nth: number) => {
    const mine = nth === 1 ? pause : async () => {};
    const own: Outbox = {
      ...outbox,
      async markAttempt(...given) {
        await mine('before the claim');
        const attempt = await outbox.markAttempt(...given);
        await mine('after the claim');
        return attempt;
      },
      async markDelivered(...given) {
        await mine('before recording');
        return outbox.markDelivered(...given);
      },
    };
    const lease = {
      name: 'slack',
      async confirm() {
        if (holder !== nth) throw new Unreachable('another bot has it');
        return nth;
      },
    };
    return createCourier({
      ...{ outbox: own, platforms: [channel.platformOf(mine)], wake: async () => {}, log: silent },
      lanes: { has: () => true, lease: () => lease, handOver: async () => {} },
    });
  };
  return { channel, one: botOf(1), other: botOf(2), reached, goOn: () => goOn() };
}

let count = 0;
const fresh = (): Subject => `run:leased-${++count}`;

describe('outbox: two bots and one lease', () => {
  const POSTING = ['before the claim', 'after the claim', 'before posting', 'after posting'];
  it.each([...POSTING, 'before recording'])(
    'have one message, in its newest state, if the first is paused %s and goes on after the second has posted',
    async (step) => {
      const subject = fresh();
      const { channel, one, other, reached, goOn } = createBots(step);
      await outbox.attach(subject, PLACE, state('first'));
      const late = one.carry(subject, 'slack', signal).catch((error: unknown) => error);
      await reached;
      await outbox.put(subject, state('second'));
      await other.takeOver('slack', signal);
      goOn();
      expect(String(await late)).toMatch(/bringing .* to 1 of its places/);
      await other.takeOver('slack', signal);
      expect([...channel.messages.values()].map(({ title }) => title)).toEqual(['second']);
      const [copy] = await outbox.copies(subject);
      expect(copy).toMatchObject({ message: [...channel.messages.keys()][0], delivered: 2 });
      expect(copy?.disturbed ?? []).toEqual([]);
      expect(await outbox.undelivered(['slack'])).not.toContain(subject);
    },
  );

  it.each(['before editing', 'after editing', 'before recording'])(
    'show the newest state if the first is paused %s and then shows an older one',
    async (step) => {
      const subject = fresh();
      const { channel, one, other, reached, goOn } = createBots(step);
      await outbox.attach(subject, PLACE, state('first'));
      const [copy] = await outbox.copies(subject);
      if (!copy) throw new Error('there is no copy');
      channel.messages.set('m0', { key: 'any', title: 'first' });
      await outbox.markDelivered(copy, 'm0', 1);
      await outbox.put(subject, state('second'));
      const late = one.carry(subject, 'slack', signal).catch((error: unknown) => error);
      await reached;
      await outbox.put(subject, state('third'));
      await other.takeOver('slack', signal);
      goOn();
      await late;
      await other.takeOver('slack', signal);
      expect([...channel.messages]).toEqual([['m0', { key: 'any', title: 'third' }]]);
      expect(await outbox.undelivered(['slack'])).not.toContain(subject);
    },
  );

  it('post once if both want to at once, in each of 20 attempts', async () => {
    for (let n = 0; n < 20; n += 1) {
      const subject = fresh();
      const { channel, one, other } = createBots('never');
      await outbox.attach(subject, PLACE, state('first'));
      const both = [one, other].map((bot) => bot.carry(subject, 'slack', signal));
      await Promise.allSettled(both);
      expect(channel.messages.size).toBe(1);
    }
  });

  it('hand over what is not theirs, and post the rest', async () => {
    const subject = fresh();
    const { channel } = createBots('never');
    const handedOver: string[] = [];
    const web = { ...channel.platformOf(async () => {}), name: 'web' };
    const courier = createCourier({
      ...{ outbox, platforms: [web, channel.platformOf(async () => {})] },
      ...{ wake: async () => {}, log: silent },
      lanes: {
        has: (platform) => platform === 'slack',
        lease: () => undefined,
        handOver: async (what, platform) => void handedOver.push(`${what} ${platform}`),
      },
    });
    await outbox.attach(subject, PLACE, state('first'));
    await outbox.attach(subject, { ...PLACE, platform: 'web' }, state('first'));
    await courier.deliver(subject, signal);
    expect(handedOver).toEqual([`${subject} slack`]);
    expect(channel.messages.size).toBe(1);
    await expect(courier.carry(subject, 'slack', signal)).rejects.toThrow('1 of its places');
  });
});
