import type { Log } from '../core/hallway/log.ts';
import type { Platform } from '../core/platform.ts';
import type { Courier } from '../core/ports/courier.ts';
import type { Copy, Outbox, State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

interface Parts {
  outbox: Outbox;
  platforms: readonly Platform[];
  wake: (subject: Subject) => Promise<void>;
  log: Log;
}

/**
 * Carries the newest state of a subject to each place where it is shown: posts where there is no
 * message yet, edits where the message lags behind. A door that fails, or never answers, does not
 * hold the others back.
 */
export function createCourier({ outbox, platforms, wake, log }: Parts): Courier {
  const doors = new Map(platforms.map((platform) => [platform.name, platform]));

  async function bring(copy: Copy, state: State, revision: number, thread?: string): Promise<void> {
    const door = doors.get(copy.address.platform);
    if (!door) return; // that door is shut in this configuration; its copy waits
    const { outcome, data } = state;
    if (copy.message !== undefined) {
      await door.edit(copy.address, copy.message, state.card, { outcome, data });
      await outbox.markDelivered(copy, copy.message, revision);
      return;
    }
    const key = `${copy.subject}@${copy.address.channel}`;
    const options = { key, outcome, data, ...(thread !== undefined && { thread }) };
    const message = await door.post(copy.address, state.card, options);
    await outbox.markDelivered(copy, message, revision);
    // Words for the thread may have been waiting for their message.
    for (const reply of await outbox.repliesTo(copy.subject)) await wake(reply);
  }

  return {
    async deliver(subject, signal) {
      const stored = await outbox.load(subject);
      if (!stored) return;
      const threads = stored.parent ? await threadsOf(stored.parent, outbox) : undefined;
      const carried = (await outbox.copies(subject)).map(async (copy) => {
        if (copy.delivered >= stored.revision) return;
        const thread = threads?.get(placeOf(copy));
        if (threads && thread === undefined) return; // its message is not posted yet; posting it wakes this
        signal.throwIfAborted();
        await bring(copy, stored.state, stored.revision, thread);
      });
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
      const behind = await outbox.undelivered();
      for (const subject of behind) await wake(subject);
      if (behind.length > 0)
        log.info({ subjects: behind.length }, 'messages that lagged behind are on their way');
      return behind.length;
    },
  };
}

const placeOf = ({ address }: Copy): string => `${address.platform}/${address.channel}`;

async function threadsOf(parent: Subject, outbox: Outbox): Promise<Map<string, string>> {
  const threads = new Map<string, string>();
  for (const copy of await outbox.copies(parent))
    if (copy.message !== undefined) threads.set(placeOf(copy), copy.message);
  return threads;
}
