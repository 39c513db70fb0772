import { InteractionResponseType } from 'discord.js';
import type { Form, FormValues } from '../../core/form.ts';
import type { Log } from '../../core/log.ts';
import type { Dispatch } from '../../core/platform.ts';
import type { Acks } from './acks.ts';
import { toChooser } from './render/chooser.ts';
import { toModal } from './render/modal.ts';
import type { Speaking } from './speaking.ts';

/**
 * Part of the three seconds that Discord allows for the acknowledgement, which the form must be. If there is no form
 * in time, storing the command takes its part of them too.
 */
const FORM_MS = 1200;
const PREFIX = 'form:';

interface Parts {
  dispatch: Pick<Dispatch, 'form'>;
  acks: Pick<Acks, 'send'>;
  log: Log;
}

/** The command of a submitted modal. Undefined if the modal is not ours. */
export function commandOfModal(customId: string): string | undefined {
  return customId.startsWith(PREFIX) ? customId.slice(PREFIX.length) : undefined;
}

/** Asks for the values that a command needs, in a modal; its state is in its `custom_id`s. */
export function createForms({ dispatch, acks, log }: Parts) {
  async function formFor(command: string, { by, from }: Speaking, given: FormValues) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((done) => {
      timer = setTimeout(() => done(undefined), FORM_MS);
    });
    try {
      return await Promise.race([dispatch.form({ command, given, by, from }), late]);
    } catch (err) {
      log.error({ err, command }, 'a form could not be made');
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** False if no modal was shown: then the command is called, and reports what is missing. */
  return async (
    event: { id: string; token: string },
    speaking: Speaking,
    command: string,
    given: FormValues = {},
  ): Promise<boolean> => {
    const form = await formFor(command, speaking, given);
    if (!form) return false;
    const choice = choiceBefore(form, given);
    if (choice)
      await acks.send(event, {
        type: InteractionResponseType.ChannelMessageWithSource,
        data: toChooser(form, choice),
      });
    else
      await acks.send(event, {
        type: InteractionResponseType.Modal,
        data: toModal(form, `${PREFIX}${command}`),
      });
    return true;
  };
}

/** An open modal cannot change its fields: the value that they depend on is chosen first. */
function choiceBefore({ fields }: Form, given: FormValues) {
  for (const field of fields)
    if (field.kind === 'choice' && field.reshapes && !(field.name in given))
      return field.choices.length > 1 ? field : undefined;
  return undefined;
}
