import { z } from 'zod';
import type { Ticket, TicketSubject } from '../core/ports/tickets.ts';
import { type Envelope, seal, unseal } from './envelope.ts';
import type { PrivateKey, PublicKey } from './keys.ts';
import { NotProven } from './not-proven.ts';
import { IN_TOTO, readStatement, statementOf } from './statement.ts';

const PREDICATE = 'urn:wheelhouse:ticket:v1';

const Vote = z.object({
  person: z.string(),
  platform: z.string(),
  account: z.string().optional(),
  at: z.iso.datetime(),
});

/** Later releases may add fields; a reader ignores those that it does not know. */
const Predicate = z.object({
  id: z.string(),
  model: z.string(),
  version: z.int().positive(),
  environment: z.string(),
  issuedAt: z.iso.datetime(),
  /** The request for approval. A version that is taken over may have none. */
  request: z.string().optional(),
  requestedBy: z.string().optional(),
  /** Digest of what the voters saw. */
  evidence: z.string().optional(),
  /** SHA-256 of the workspace's configuration, whose rules were applied. */
  policy: z.string(),
  /** SHA-256 of what was recorded about the version and its evaluation: data, parameters, code, metrics. */
  record: z.string().optional(),
  /** ID of the key that signs model files. */
  modelKey: z.string().optional(),
  /** The votes that counted. */
  votes: z.array(Vote),
  /** The last event of the audit log when it was issued. */
  audit: z.object({ sequence: z.int().nonnegative(), hash: z.string() }),
  /** The deployment that was live already when tickets were introduced: no votes were counted for it. */
  takenOver: z.string().optional(),
});
export type TicketPredicate = z.infer<typeof Predicate>;

export interface OpenTicket extends TicketPredicate {
  /** SHA-256 of the model file. */
  artifact: string;
  /** ID of the key that signed it. */
  key: string;
}

export function sealTicket(
  artifact: string,
  predicate: TicketPredicate,
  key: PrivateKey,
): Envelope {
  const name = `${predicate.model}@${predicate.version}`;
  return seal(IN_TOTO, statementOf(PREDICATE, { name, sha256: artifact, predicate }), key);
}

/** @throws NotProven if none of the keys signed it, or it is something else */
export function openTicket(envelope: unknown, keys: readonly PublicKey[]): OpenTicket {
  const { payload, by } = unseal(envelope, IN_TOTO, keys);
  const { sha256, predicate } = readStatement(payload, PREDICATE, Predicate);
  return { ...predicate, artifact: sha256, key: by.id };
}

/**
 * The ID of the key that signed the ticket for that subject, or why none of these is for it, without a full stop. A
 * promotion needs the ticket of its own request; a rollback has no request, and any ticket of the version will do.
 */
export function checkTickets(
  subject: TicketSubject,
  tickets: readonly Pick<Ticket, 'envelope'>[],
  keys: readonly PublicKey[],
): { key: string } | { why: string } {
  const { model, version, environment } = subject;
  const what = `there is no valid ticket for ${model} v${version} in ${environment}`;
  if (keys.length === 0) return { why: `${what}: no key of a policy process is trusted here` };
  const checked = tickets.map(({ envelope }) => check(subject, envelope, keys));
  const valid = checked.find((one) => 'key' in one);
  if (valid) return valid;
  const [first] = checked;
  return { why: first && 'why' in first ? `${what}: ${first.why}` : what };
}

function check(
  subject: TicketSubject,
  envelope: unknown,
  keys: readonly PublicKey[],
): { key: string } | { why: string } {
  try {
    const ticket = openTicket(envelope, keys);
    const why = differs(ticket, subject);
    return why === undefined ? { key: ticket.key } : { why };
  } catch (error) {
    if (!(error instanceof NotProven)) throw error;
    return { why: `one is not valid (${error.message.replace(/\.$/, '')})` };
  }
}

function differs(ticket: OpenTicket, subject: TicketSubject): string | undefined {
  const { model, version, environment, artifact, approval } = subject;
  if (ticket.model !== model || ticket.version !== version)
    return `one is for ${ticket.model} v${ticket.version}`;
  if (ticket.environment !== environment) return `one is for ${ticket.environment}`;
  if (ticket.artifact !== artifact) return 'one is for another model file';
  const isOther = approval !== undefined && ticket.request !== approval;
  if (isOther && ticket.takenOver === undefined)
    return `one is for another request (${ticket.request ?? 'none'})`;
  return undefined;
}
