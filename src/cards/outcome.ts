import type { Card, Tone } from '../core/card.ts';
import { toJson } from '../core/json.ts';
import type { Approval } from '../core/ports/approvals.ts';
import type { State } from '../core/ports/replies.ts';
import type { Subject } from '../core/reply.ts';

/** What a request came to, as its requester is told. */
export type RequestOutcome =
  | 'live'
  | 'refused'
  | 'rejected'
  | 'expired'
  | 'superseded'
  | 'not deployed';

export const outcomeSubject = ({ id }: Pick<Approval, 'id'>, outcome: RequestOutcome): Subject =>
  `outcome:${id}-${outcome.replace(' ', '-')}`;

const WORDS: Readonly<Record<RequestOutcome, readonly [Tone, (environment: string) => string]>> = {
  live: ['success', (environment) => `is live in ${environment}`],
  refused: ['warning', (environment) => `was not put to the vote for ${environment}`],
  rejected: ['warning', (environment) => `was rejected for ${environment}`],
  expired: ['warning', (environment) => `got too few votes in time for ${environment}`],
  superseded: ['note', (environment) => `is replaced by a newer request for ${environment}`],
  'not deployed': ['danger', (environment) => `was approved, but not deployed to ${environment}`],
};

/** Told once for each outcome: directly, or in the thread of the request with the requester's name. */
export function outcomeOf(approval: Approval, outcome: RequestOutcome, why?: string): State {
  const { id, model, version, environment } = approval;
  const [tone, words] = WORDS[outcome];
  const text = why ?? (outcome === 'live' ? undefined : approval.reason);
  return {
    card: {
      ...{ title: `Your request: ${model} v${version} ${words(environment)}`, tone },
      ...(text !== undefined && { text }),
      footer: id,
    },
    outcome: 'done',
    data: toJson({ approval: id, outcome }),
  };
}

/** The same in a thread that everybody reads, where it notifies the requester alone. */
export function outcomeForAll({ tell, requestedBy }: Approval, { card }: State): Card {
  const words = tell?.account.name ?? requestedBy;
  const { title, tone, text } = card;
  return {
    ...{ title: `${words}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`, tone },
    ...(text !== undefined && { text }),
    ...(tell && { mention: { words, accounts: [tell.account], groups: [] } }),
  };
}
