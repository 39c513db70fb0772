import type { TicketCheck, TicketSubject, Tickets } from '../core/ports/tickets.ts';
import { followKeys } from './follow-keys.ts';
import { currentKey } from './key-files.ts';
import { checkTickets } from './ticket.ts';

/**
 * Checks tickets with the public keys in `dir`. What was found valid is remembered for as long as its key is trusted,
 * so that a rollback to a version that was served or looked at before waits for nothing.
 */
export function createTicketCheck(
  tickets: Pick<Tickets, 'of'>,
  dir: string,
  failed?: (error: unknown) => void,
): TicketCheck {
  /** By subject: the ID of the key that signed its ticket. */
  const valid = new Map<string, string>();
  const trusted = followKeys(dir, 'ticket', failed);
  return {
    async whyNot(subject) {
      const key = keyOf(subject);
      const keys = await trusted();
      if (keys.some(({ id }) => id === valid.get(key))) return undefined;
      const checked = checkTickets(subject, await tickets.of(subject), keys);
      if ('why' in checked) return checked.why;
      valid.set(key, checked.key);
      return undefined;
    },
    async ready() {
      const current = await currentKey(dir, 'ticket');
      // Otherwise what is asked next would be judged by keys that were read before this one was there, and refused.
      if (current) await trusted(current.id);
      return current !== undefined;
    },
  };
}

const keyOf = ({ model, version, environment, artifact, approval }: TicketSubject): string =>
  JSON.stringify([model, version, environment, artifact, approval]);
