import type { Address } from '../../src/core/address.ts';
import type { Card } from '../../src/core/card.ts';
import type { MessageState, Platform, PostOptions } from '../../src/core/platform.ts';
import type { Courier } from '../../src/core/ports/courier.ts';
import type { State } from '../../src/core/ports/replies.ts';
import type { Subject } from '../../src/core/reply.ts';

interface Message {
  channel: string;
  thread: string | undefined;
  /** Every title it ever had, the present one last. */
  titles: string[];
  outcome: MessageState['outcome'];
}

/** An adapter whose messages can be read, and which fails or delays when the test says so. */
export function createAdapter(name: string, { paceMs }: { paceMs?: number } = {}) {
  const messages = new Map<string, Message>();
  const byKey = new Map<string, string>();
  let calls = 0;
  const asked: { channel: string; key: string; again: boolean | undefined }[] = [];
  let obstacle: (where: Address) => Promise<void> = async () => {};

  function toWhere({ platform }: Address) {
    if (platform !== name) throw new Error(`${name} was asked for a message at ${platform}`);
  }

  const platform: Platform = {
    name,
    ...(paceMs !== undefined && { paceMs }),
    start: async () => {},
    stop: async () => {},
    async post(where: Address, card: Card, { key, thread, outcome, again }: PostOptions) {
      toWhere(where);
      calls += 1;
      asked.push({ channel: where.channel, key, again });
      await obstacle(where);
      const known = byKey.get(key);
      const id = known ?? `${name}-${byKey.size + 1}`;
      byKey.set(key, id);
      const before = messages.get(id)?.titles ?? [];
      messages.set(id, {
        channel: where.channel,
        thread,
        titles: [...before, card.title],
        outcome,
      });
      return id;
    },
    async edit(where: Address, id: string, card: Card, { outcome }: MessageState) {
      toWhere(where);
      calls += 1;
      await obstacle(where);
      const message = messages.get(id);
      if (!message) throw new Error(`${name} has no message ${id}`);
      message.titles.push(card.title);
      message.outcome = outcome;
    },
  };

  return {
    platform,
    /** Requested posts and edits. */
    get calls() {
      return calls;
    },
    /** Each attempt to post. */
    asked,
    get messages() {
      return [...messages.entries()].map(([id, message]) => ({ id, ...message }));
    },
    /** What each message shows now. */
    get shown() {
      return [...messages.values()].map(({ titles }) => titles.at(-1));
    },
    /** Before each post and edit from now on. */
    meets(next: (where: Address) => Promise<void>) {
      obstacle = next;
    },
  };
}

export const state = (title: string): State => ({
  card: { title, tone: 'progress' },
  outcome: 'pending',
  data: { title },
});

/**
 * Delivers as the queue does: one delivery per subject at a time, and once more if it was requested meanwhile. Failures
 * are left to the next look at the outbox.
 */
export function createPost() {
  const underWay = new Map<Subject, { again: boolean }>();
  const all = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let courier: Courier | undefined;

  async function carry(subject: Subject): Promise<void> {
    const mine = { again: true };
    underWay.set(subject, mine);
    while (mine.again) {
      mine.again = false;
      await courier
        ?.deliver(subject, new AbortController().signal)
        .catch((error: unknown) => failures.push(error));
    }
    underWay.delete(subject);
  }

  return {
    failures,
    hire(one: Courier) {
      courier = one;
    },
    async wake(subject: Subject): Promise<void> {
      const running = underWay.get(subject);
      if (running) {
        running.again = true;
        return;
      }
      const carried = carry(subject).finally(() => all.delete(carried));
      all.add(carried);
    },
    /** Resolves when no delivery is in progress. */
    async quiet(): Promise<void> {
      while (all.size > 0) await Promise.all(all);
    },
  };
}
