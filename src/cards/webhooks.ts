import type { Card } from '../core/card.ts';
import { moment, plural } from '../core/figures.ts';
import { toJson } from '../core/json.ts';
import { oneLine } from '../core/one-line.ts';
import type { State } from '../core/ports/replies.ts';
import type { Delivery, ReceiverSpec, ReceiverState } from '../core/ports/webhooks.ts';
import type { Subject } from '../core/reply.ts';

type Off = NonNullable<ReceiverState['off']>;

/** One message for each time that it is switched off. */
export const receiverSubject = (name: string, { since }: Pick<Off, 'since'>): Subject =>
  `webhook:${name}/${since.toISOString()}`;

/** The message about a receiver to which nothing is sent any more. */
export function receiverOff(name: string, { since, why }: Off): State {
  return {
    card: {
      title: `The webhook ${name} was switched off`,
      tone: 'danger',
      text: `${why[0]?.toUpperCase()}${why.slice(1)}. Its events are kept for 30 days. When the receiver works again, switch it on: it gets everything that it missed.`,
      facts: [{ label: 'Since (UTC)', value: moment(since) }],
      actions: [{ label: 'Switch on', command: 'replay', argument: name, style: 'primary' }],
      footer: name,
    },
    outcome: 'pending',
    data: toJson({ webhook: name, off: { since, why } }),
  };
}

export function receiverOn(name: string, by: string): State {
  return {
    card: {
      title: `${by} switched the webhook ${name} on again`,
      tone: 'success',
      text: 'It gets everything that it missed.',
      footer: name,
    },
    outcome: 'done',
    data: toJson({ webhook: name, on: { by } }),
  };
}

/** A receiver, as it is now. */
export interface Receiver {
  spec: ReceiverSpec;
  /** Undefined: nothing was ever sent to it. */
  state: ReceiverState | undefined;
  pending: number;
  failed: number;
}

export function receiversCard(receivers: readonly Receiver[]): Card {
  if (receivers.length === 0)
    return {
      title: 'There are no webhooks',
      tone: 'note',
      text: 'Add one under "webhooks" in wheelhouse.yaml: docs/webhooks.md.',
    };
  return {
    title: plural(receivers.length, 'webhook'),
    tone: receivers.some(({ state }) => state?.off) ? 'warning' : 'note',
    table: {
      columns: ['Webhook', 'Receiver', 'Events', 'Status', 'Waiting', 'Failed'],
      rows: receivers.map(({ spec, state, pending, failed }) => [
        ...[spec.name, new URL(spec.url).host, spec.events.join(', '), statusOf(state)],
        ...[String(pending), String(failed)],
      ]),
    },
  };
}

function statusOf(state: ReceiverState | undefined): string {
  if (!state) return 'nothing was sent yet';
  const { off, failingSince } = state;
  if (off) return `switched off since ${moment(off.since)}`;
  return failingSince ? `failing since ${moment(failingSince)}` : 'on';
}

/** Newest first. */
export function deliveriesCard(
  { spec, state, pending, failed }: Receiver,
  deliveries: readonly Delivery[],
): Card {
  const { name } = spec;
  const off = state?.off;
  return {
    title: `Webhook ${name}: ${statusOf(state)}`,
    tone: off ? 'danger' : state?.failingSince ? 'warning' : 'note',
    ...(off && { text: `${off.why[0]?.toUpperCase()}${off.why.slice(1)}.` }),
    facts: [
      { label: 'Receiver', value: new URL(spec.url).host },
      { label: 'Waiting', value: String(pending) },
      { label: 'Failed', value: String(failed) },
    ],
    table: {
      caption: 'Newest deliveries',
      columns: ['Delivery', 'Event', 'Model', 'Status', 'Attempts', 'Last attempt (UTC)', 'Next'],
      rows: deliveries.map(rowOf),
    },
    ...((off || failed > 0) && {
      actions: [{ label: off ? 'Switch on' : 'Send all again', command: 'replay', argument: name }],
    }),
    footer: '/replay DELIVERY sends one again',
  };
}

function rowOf({ id, action, model, status, attempts, nextAt, history }: Delivery): string[] {
  const last = history.at(-1);
  const ended = last === undefined ? '–' : `${moment(last.at)}, ${outcomeOf(last)}`;
  const next = status === 'pending' ? moment(nextAt) : '–';
  return [id, action, model ?? '–', status, String(attempts), ended, next];
}

const outcomeOf = ({ problem, status, ms }: Delivery['history'][number]): string =>
  problem === undefined ? `${status} in ${ms} ms` : oneLine(problem);
