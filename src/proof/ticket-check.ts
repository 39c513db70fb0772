import type { TicketCheck, TicketSubject, Tickets } from '../core/ports/tickets.ts';
import { hasKeys, trustedKeys } from './key-files.ts';
import { whyNoTicket } from './ticket.ts';

/**
 * Checks tickets with the public keys in `dir`. What was found valid is remembered, so that a rollback to a version
 * that was served or looked at before waits for nothing; a key that is revoked counts from the next start, or for
 * what was not looked at yet.
 */
export function createTicketCheck(tickets: Pick<Tickets, 'of'>, dir: string): TicketCheck {
  const valid = new Set<string>();
  return {
    async whyNot(subject) {
      const key = keyOf(subject);
      if (valid.has(key)) return undefined;
      const [found, keys] = await Promise.all([tickets.of(subject), trustedKeys(dir, 'ticket')]);
      const why = whyNoTicket(subject, found, keys);
      if (why === undefined) valid.add(key);
      return why;
    },
    ready: () => hasKeys(dir, 'ticket'),
  };
}

const keyOf = ({ model, version, environment, artifact, approval }: TicketSubject): string =>
  JSON.stringify([model, version, environment, artifact, approval]);
