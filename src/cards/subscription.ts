import type { Card } from '../core/card.ts';
import type { Subscription } from '../core/ports/subscriptions.ts';

interface Subscribed extends Pick<Subscription, 'model' | 'grade' | 'kinds' | 'environment'> {
  here: boolean;
}

/** The answer to whoever subscribed. */
export function subscribed({ model, grade, kinds = [], environment, here }: Subscribed): Card {
  const alerts = { harm: ['alerts about harm'], all: ['all alerts'] };
  const what = [...(grade ? alerts[grade] : []), ...kinds].join(', ');
  const where = environment === undefined ? '' : ` in ${environment}`;
  const ends = `/unsubscribe ${model}${here ? ' --here' : ''} ends it.`;
  return {
    title: here
      ? `This channel gets ${what} of ${model}${where}.`
      : `You get ${what} of ${model}${where} as direct messages here.`,
    tone: 'success',
    text: [
      ...(grade ? ['Each alert is one message, which is edited until it is over.'] : []),
      ...(kinds.length > 0
        ? [`Each event is one line${here ? '' : '; what you do yourself is left out'}.`]
        : []),
      ends,
    ].join(' '),
  };
}
