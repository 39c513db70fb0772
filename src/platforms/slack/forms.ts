import { z } from 'zod';
import type { Form } from '../../core/form.ts';
import type { InboundEvent, Invocation } from '../../core/platform.ts';
import { To } from './answers.ts';
import type { SlackContext } from './context.ts';
import { asked } from './faults.ts';
import { within } from './patience.ts';
import type { Arrival } from './receiver/gate.ts';
import { toModal } from './render/modal.ts';

/** Data that is sent with a form and comes back with its values. */
export const Meta = z.object({ command: z.string(), to: To });
export type Meta = z.infer<typeof Meta>;

interface Asked {
  /** Allows us to open a modal, for three seconds. */
  trigger: string | undefined;
  ack: () => Promise<void>;
  arrival: Arrival;
}

/** A trigger is valid for three seconds, and Slack needs part of them. */
const FORM_MS = 1000;
/** After three seconds, less the time on the network, Slack tells the person that it failed. It does not try again. */
const IN_TIME_MS = 2500;

interface Begun extends InboundEvent {
  what: { invocation: Invocation };
  to: To;
}

/** A command without words opens its form, if it has one; everything else is accepted as a call. */
export async function begin(
  context: SlackContext,
  heard: Begun,
  { trigger, ack, arrival }: Asked,
): Promise<void> {
  const { dispatch, log } = context;
  const { invocation } = heard.what;
  const form = trigger === undefined ? undefined : await formFor(context, invocation);
  if (!form || trigger === undefined) {
    await dispatch.take(heard, 'person');
    await ack();
    context.later('noting an acknowledgement', async () => {
      const sent = await arrival.sent;
      if (sent !== undefined && sent - arrival.at < IN_TIME_MS) await dispatch.acknowledged(heard);
    });
    return;
  }
  await ack();
  context.later('opening a form', async () => {
    const view = modal(form, { command: invocation.command, to: heard.to });
    try {
      await asked('opening a form', context.web.views.open({ trigger_id: trigger, view }));
    } catch (err) {
      // The command itself reports what is missing.
      log.warn({ err, event: invocation.id }, 'a form could not be opened');
      await dispatch.take(heard);
    }
  });
}

export function modal(form: Form, meta: Meta) {
  return toModal(form, { privateMetadata: JSON.stringify(meta) });
}

async function formFor(
  { commands, dispatch, log }: SlackContext,
  { id, command, input, by, from }: Invocation,
): Promise<Form | undefined> {
  const shape = commands.find(({ name }) => name === command);
  if (!shape?.form || typeof input !== 'string' || input.trim() !== '') return undefined;
  try {
    return await within(FORM_MS, dispatch.form({ command, given: {}, by, from }));
  } catch (err) {
    log.warn({ err, event: id }, 'a form could not be made');
    return undefined;
  }
}
