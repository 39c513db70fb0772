import type { Address } from '../core/address.ts';
import type { Mark } from '../core/card.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { Busy, inWords, NotFound, Refused } from '../core/errors.ts';
import { inTurns } from '../core/in-turn.ts';
import type { Log } from '../core/log.ts';
import type { Platform } from '../core/platform.ts';
import type { Courier } from '../core/ports/courier.ts';
import type { Copy, Outbox, State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { createClosed } from './closed.ts';
import { type Lanes, leaseOf, NO_LANES, overtaken } from './lanes.ts';
import { createTurns } from './turns.ts';

/** How often a platform can postpone one delivery before it is left to the next attempt. */
const PATIENCE = 5;
/** Used in place of the message of a reply whose thread was deleted first. */
const NOWHERE = 'nowhere';

interface Parts {
  outbox: Outbox;
  platforms: readonly Platform[];
  wake: (subject: Subject) => Promise<void>;
  log: Log;
  clock?: Clock;
  /** On which platforms one process at a time posts; default: any process posts anywhere. */
  lanes?: Lanes;
}

/**
 * Delivers the newest state of a subject to each place where it is shown: posts if there is no message yet,
 * edits if the message is behind, at the rate that each platform allows. An adapter that fails or hangs does
 * not delay the others.
 */
export function createCourier({
  outbox,
  platforms,
  wake,
  log,
  clock = systemClock,
  lanes = NO_LANES,
}: Parts): Courier {
  const adapters = new Map(platforms.map((platform) => [platform.name, platform]));
  const turns = createTurns();
  const closed = createClosed(log);
  const inTurn = inTurns();

  /** Reads the newest state only when it is our turn: any number of changes is one message. */
  async function bring(adapter: Platform, waiting: Copy, signal: AbortSignal): Promise<void> {
    const { subject, address } = waiting;
    await turns.next(channelOf(address), adapter.paceMs ?? 0, signal);
    // The delivery before us may have found that the bot has no access.
    if (closed.has(channelOf(address))) return;
    const stored = await outbox.load(subject);
    const copy = stored?.copies.find((one) => placeOf(one.address) === placeOf(address));
    if (!stored || !copy || !isBehind(copy, stored)) return;
    // Catching up posts it then.
    if (copy.message === undefined && stored.notBefore && stored.notBefore > clock.now()) return;
    const thread = stored.parent ? await threadAt(stored.parent, address) : address.thread;
    if (stored.parent && thread === undefined) return; // posting its message wakes this
    signal.throwIfAborted();
    const lease = await leaseOf(lanes, adapter.name);
    const message = await say(adapter, copy, { ...stored, thread, lease });
    closed.open(channelOf(address));
    const mark = await markAs(adapter, { ...copy, message }, stored.state.card.mark);
    if (!(await outbox.markDelivered(copy, message, stored.revision, mark, lease)))
      throw overtaken(adapter.name);
    await putRight(adapter, { ...copy, message });
    if (copy.message !== undefined) return;
    // Replies may have been waiting for their message.
    for (const reply of await outbox.repliesTo(subject)) await wake(reply);
  }

  /** What a process without the lease changed shows the newest state again, and what it posted is removed. */
  async function putRight(adapter: Platform, copy: Copy): Promise<void> {
    const { subject, address, message, disturbed = [] } = copy;
    for (const one of disturbed) {
      if (one !== message)
        await adapter.remove?.(address, one).catch((error: unknown) => {
          if (!(error instanceof Refused || error instanceof NotFound)) throw error;
          log.warn({ subject, message: one, why: inWords(error) }, 'a second message stays');
        });
      await outbox.forgetDisturbed(copy, one);
    }
  }

  /** The mark that the message has then. The card says the same in words, so that its absence delays nothing. */
  async function markAs(
    adapter: Platform,
    { subject, address, message, mark: shown }: Copy & { message: string },
    wanted: Mark | undefined,
  ): Promise<Mark | undefined> {
    if (wanted === shown || message === NOWHERE || !adapter.mark) return shown;
    try {
      await adapter.mark(address, message, wanted);
      return wanted;
    } catch (error) {
      if (!(error instanceof Refused || error instanceof NotFound)) throw error;
      log.info({ subject, message, why: inWords(error) }, 'a message is not marked');
      return shown;
    }
  }

  async function say(
    adapter: Platform,
    copy: Copy,
    {
      state,
      thread,
      lease,
    }: { state: State; thread: string | undefined; lease: number | undefined },
  ): Promise<string> {
    const { subject, address, message } = copy;
    const { card, outcome, data } = state;
    if (message === undefined) {
      const attempt = await outbox.markAttempt(copy, lease);
      if (attempt === 'stale') throw overtaken(adapter.name);
      const again = attempt === 'again';
      const posting = adapter.post(address, card, {
        ...{ key: keyOf(copy), again, outcome, data },
        ...(thread !== undefined && { thread }),
      });
      return thread === undefined ? posting : unlessGone(posting, NOWHERE, subject);
    }
    const editing = adapter.edit(address, message, card, { outcome, data });
    return unlessGone(
      editing.then(() => message),
      message,
      subject,
    );
  }

  /** A deleted message is not posted again. */
  function unlessGone(saying: Promise<string>, message: string, subject: Subject): Promise<string> {
    return saying.catch((error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
      log.info({ subject, message }, 'a message was deleted; it is not posted again');
      return message;
    });
  }

  async function threadAt(parent: Subject, address: Address): Promise<string | undefined> {
    const above = await outbox.copies(parent);
    const message = above.find((one) => placeOf(one.address) === placeOf(address))?.message;
    // A message that is itself in a thread has no thread.
    return message && (address.thread ?? message);
  }

  async function bringPatiently(copy: Copy, signal: AbortSignal): Promise<void> {
    const adapter = adapters.get(copy.address.platform);
    const place = channelOf(copy.address);
    // That adapter is disabled in this configuration, or people must fix something: its copy waits.
    if (!adapter || closed.has(place)) return;
    for (let left = PATIENCE; ; left -= 1) {
      try {
        return await bring(adapter, copy, signal);
      } catch (error) {
        // A missing channel must be fixed by people too.
        if (error instanceof Refused || error instanceof NotFound) {
          return closed.close(place, copy.subject, inWords(error));
        }
        if (!(error instanceof Busy) || left === 0) throw error;
        turns.hold(place, error.retryAfterMs);
      }
    }
  }

  let lagging = 0;

  async function bringAll(
    copies: readonly Copy[],
    subject: Subject,
    signal: AbortSignal,
  ): Promise<void> {
    const carried = await Promise.allSettled(copies.map((copy) => bringPatiently(copy, signal)));
    const failures = carried.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    signal.throwIfAborted();
    if (failures.length === 0) return;
    throw new AggregateError(failures, `bringing ${subject} to ${failures.length} of its places`);
  }

  async function behind(subject: Subject): Promise<Copy[]> {
    const stored = await outbox.load(subject);
    return stored?.copies.filter((copy) => isBehind(copy, stored)) ?? [];
  }

  /** One delivery of a subject to a platform at a time: the next one finds what this one did. */
  const carry: Courier['carry'] = (subject, platform, signal) =>
    inTurn(`${platform} ${subject}`, async () => {
      const copies = await behind(subject);
      const mine = copies.filter(({ address }) => address.platform === platform);
      await bringAll(mine, subject, signal);
    });

  return {
    async deliver(subject, signal) {
      const copies = await behind(subject);
      const handed = new Set(
        copies.map(({ address }) => address.platform).filter((one) => lanes.has(one)),
      );
      for (const platform of handed) await lanes.handOver(subject, platform);
      const mine = copies.filter(({ address }) => !handed.has(address.platform));
      await bringAll(mine, subject, signal);
    },

    carry,

    async takeOver(platform, signal) {
      const left = await outbox.undelivered([platform]);
      const carried = await Promise.allSettled(left.map((one) => carry(one, platform, signal)));
      const failed = carried.filter(({ status }) => status === 'rejected').length;
      if (failed > 0) log.info({ platform, failed }, 'some messages are brought later');
    },

    async catchUp() {
      const behind = await outbox.undelivered([...adapters.keys()]);
      for (const subject of behind) await wake(subject);
      // If people must fix something, the same copies wait each time.
      if (behind.length > 0 && behind.length !== lagging)
        log.info({ subjects: behind.length }, 'messages that lagged behind are on their way');
      lagging = behind.length;
      return behind.length;
    },
  };
}

const isBehind = ({ delivered, disturbed = [] }: Copy, { revision }: { revision: number }) =>
  delivered < revision || disturbed.length > 0;

const channelOf = ({ platform, channel }: Address): string => `${platform}/${channel}`;
const placeOf = (address: Address): string => `${channelOf(address)}/${address.thread ?? ''}`;
/** The key of a message before the platform has named it: one for each place. */
const keyOf = ({ subject, address: { channel, thread } }: Copy): string =>
  thread === undefined ? `${subject}@${channel}` : `${subject}@${channel}/${thread}`;
