import type { Outbox, Replies } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

/**
 * Stores first, then requests a delivery. If the request fails nothing is lost: copies that are behind are
 * found at the next check of the outbox.
 */
export function createReplies(outbox: Outbox, wake: (subject: Subject) => Promise<void>): Replies {
  const nudge = (subject: Subject) => wake(subject).catch(() => undefined);
  return {
    async open(subject, address, state, notBefore) {
      await outbox.attach(subject, address, state, notBefore);
      await nudge(subject);
    },
    async show(subject, state) {
      // Platforms count edits; a message with the same content is left unchanged.
      const shown = await outbox.load(subject);
      if (JSON.stringify(shown?.state) !== JSON.stringify(state)) await outbox.put(subject, state);
      await nudge(subject);
    },
    async tell(subject, key, card, notBefore) {
      const state = { card, outcome: 'done' as const, data: null };
      await nudge(await outbox.putReply(subject, key, state, notBefore));
    },
    subjectOf: (platform, message) => outbox.subjectOf(platform, message),
    async placesOf(subject) {
      const copies = await outbox.copies(subject);
      return copies.flatMap(({ address, message }) => (message ? [{ address, message }] : []));
    },
  };
}
