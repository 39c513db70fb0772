import type { Action, Fact } from '../core/card.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { moment } from '../core/figures.ts';
import type { Hold, Lock } from '../core/ports/endpoints.ts';

/** `locked by dev until 30 Nov 2026 14:10 UTC (promoting v7)`, without a full stop. */
export const lockInWords = ({ by, until, why }: Lock): string =>
  `locked by ${by} until ${moment(until)} UTC (${why})`;

/** `on hold since 30 Nov 2026 14:10 UTC by dev (a rollback: it misses late flights)`, without a full stop. */
export const holdInWords = ({ since, by, why }: Hold): string =>
  `on hold since ${moment(since)} UTC by ${by} (${why})`;

/** What keeps an endpoint from changing: a lock whose time is not over, and a hold. */
interface Kept {
  lock: Lock | null;
  hold: Hold | null;
}

export function endpointFacts({ hold, lock }: Kept): Fact[] {
  return [
    ...(lock ? [{ label: 'Change in progress', value: lockInWords(lock) }] : []),
    ...(hold ? [{ label: 'Automation', value: holdInWords(hold) }] : []),
  ];
}

/** A line for each endpoint that is locked, and for each whose automation is on hold. */
export function endpointNotes(all: readonly (Endpoint & Kept)[]): { text?: string } {
  const lines = all.flatMap(({ model, environment, lock, hold }) => [
    ...(lock ? [`${model} in ${environment} is ${lockInWords(lock)}.`] : []),
    ...(hold ? [`Automation of ${model} in ${environment} is ${holdInWords(hold)}.`] : []),
  ]);
  return lines.length > 0 ? { text: lines.join('\n') } : {};
}

export function resumeAction({ model, environment }: Endpoint): Action {
  return {
    label: 'Resume automation',
    command: 'resume',
    argument: `${model} --in ${environment}`,
  };
}
