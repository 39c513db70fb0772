import type { Address } from '../core/address.ts';
import type { Mark } from '../core/card.ts';
import { type Clock, systemClock } from '../core/clock.ts';
import { Busy, inWords, NotFound, Refused } from '../core/errors.ts';
import type { Log } from '../core/log.ts';
import type { Platform } from '../core/platform.ts';
import type { Courier } from '../core/ports/courier.ts';
import type { Copy, Outbox, State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';
import { createTurns } from './turns.ts';

/** How long a place is skipped if people must fix something first, e.g. invite the bot. */
const CLOSED_MS = 60_000;
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
}: Parts): Courier {
  const adapters = new Map(platforms.map((platform) => [platform.name, platform]));
  const turns = createTurns();
  const closed = createClosed(log);

  /** Reads the newest state only when it is our turn: any number of changes is one message. */
  async function bring(adapter: Platform, waiting: Copy, signal: AbortSignal): Promise<void> {
    const { subject, address } = waiting;
    await turns.next(channelOf(address), adapter.paceMs ?? 0, signal);
    // The delivery before us may have found that the bot has no access.
    if (closed.has(channelOf(address))) return;
    const stored = await outbox.load(subject);
    const copy = (await outbox.copies(subject)).find(
      (one) => placeOf(one.address) === placeOf(address),
    );
    if (!stored || !copy || copy.delivered >= stored.revision) return;
    // Catching up posts it then.
    if (copy.message === undefined && stored.notBefore && stored.notBefore > clock.now()) return;
    const thread = stored.parent ? await threadAt(stored.parent, address) : address.thread;
    if (stored.parent && thread === undefined) return; // posting its message wakes this
    signal.throwIfAborted();
    const message = await say(adapter, copy, stored.state, thread);
    closed.open(channelOf(address));
    const mark = await markAs(adapter, { ...copy, message }, stored.state.card.mark);
    await outbox.markDelivered(copy, message, stored.revision, mark);
    if (copy.message !== undefined) return;
    // Replies may have been waiting for their message.
    for (const reply of await outbox.repliesTo(subject)) await wake(reply);
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
    state: State,
    thread?: string,
  ): Promise<string> {
    const { subject, address, message } = copy;
    const { card, outcome, data } = state;
    if (message === undefined) {
      const again = await outbox.markAttempt(copy);
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

  return {
    async deliver(subject, signal) {
      const stored = await outbox.load(subject);
      if (!stored) return;
      const behind = (await outbox.copies(subject)).filter(
        ({ delivered }) => delivered < stored.revision,
      );
      const carried = behind.map((copy) => bringPatiently(copy, signal));
      const failures = (await Promise.allSettled(carried)).flatMap((ended) =>
        ended.status === 'rejected' ? [ended.reason] : [],
      );
      signal.throwIfAborted();
      if (failures.length > 0)
        throw new AggregateError(
          failures,
          `bringing ${subject} to ${failures.length} of its places`,
        );
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

/** Places that are skipped for a while; the reason is logged once, until a delivery succeeds. */
function createClosed(log: Log) {
  const places = new Map<string, { until: number; words: string }>();
  return {
    has: (place: string) => (places.get(place)?.until ?? 0) > performance.now(),
    open: (place: string) => void places.delete(place),
    close(place: string, subject: Subject, words: string) {
      if (places.get(place)?.words !== words)
        log.warn({ subject, place }, `a message waits: ${words}`);
      places.set(place, { until: performance.now() + CLOSED_MS, words });
    },
  };
}

const channelOf = ({ platform, channel }: Address): string => `${platform}/${channel}`;
const placeOf = (address: Address): string => `${channelOf(address)}/${address.thread ?? ''}`;
/** The key of a message before the platform has named it: one for each place. */
const keyOf = ({ subject, address: { channel, thread } }: Copy): string =>
  thread === undefined ? `${subject}@${channel}` : `${subject}@${channel}/${thread}`;
