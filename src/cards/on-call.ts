import type { OnCall } from '../core/alerting.ts';
import type { Card } from '../core/card.ts';
import type { Endpoint } from '../core/endpoint.ts';
import { moment } from '../core/figures.ts';

export interface CalledFor extends Endpoint {
  oncall: OnCall | undefined;
  /** Whom the file names. */
  usually: string | undefined;
}

/** Who is called about alerts, for each endpoint. */
export function onCallCard(rows: readonly CalledFor[]): Card {
  return {
    title: 'On call',
    tone: 'note',
    text: 'They are called when nobody acknowledges an alert about harm in time.',
    table: {
      columns: ['Model', 'Environment', 'On call', 'Until (UTC)', 'Then'],
      rows: rows.map(({ model, environment, oncall, usually }) => [
        ...[model, environment, oncall?.words ?? 'nobody'],
        ...(oncall?.until ? [moment(oncall.until), usually ?? 'nobody'] : ['–', '–']),
      ]),
    },
  };
}

/** Somebody took over, and is told so by name. */
export function handedOverCard(
  endpoints: readonly Endpoint[],
  oncall: OnCall,
  { by, until }: { by: string; until: Date },
): Card {
  return {
    title: `${oncall.words} is on call for ${placesOf(endpoints)}`,
    tone: 'note',
    text: `Until ${moment(until)} UTC; after that, whom wheelhouse.yaml names. Handed over by ${by}.`,
    mention: { words: oncall.words, accounts: oncall.accounts, groups: oncall.groups },
  };
}

export function takenBackCard(endpoints: readonly Endpoint[], usually: readonly string[]): Card {
  const names = [...new Set(usually)];
  return {
    title: `The handover of ${placesOf(endpoints)} is over`,
    tone: 'note',
    text: `On call: ${names.length > 0 ? names.join(', ') : 'nobody'}.`,
  };
}

export const placesOf = (endpoints: readonly Endpoint[]): string =>
  endpoints.map(({ model, environment }) => `${model} in ${environment}`).join(', ');
