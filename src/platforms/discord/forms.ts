import { InteractionResponseType } from 'discord.js';
import type { Form, FormValues } from '../../core/form.ts';
import type { Log } from '../../core/log.ts';
import type { Dispatch } from '../../core/platform.ts';
import type { Acks } from './acks.ts';
import { toChooser } from './render/chooser.ts';
import { toModal } from './render/modal.ts';
import type { Speaking } from './speaking.ts';

/**
 * Of the three seconds that Discord gives for the first word, which the form must be. Where there is
 * none in time, storing the command takes its part of them too.
 */
const FORM_MS = 1200;
const PREFIX = 'form:';

interface Parts {
  dispatch: Pick<Dispatch, 'form'>;
  acks: Pick<Acks, 'send'>;
  log: Log;
}

/** The command that a modal of ours is sent off for. Undefined for what is none of ours. */
export function commandOfModal(customId: string): string | undefined {
  return customId.startsWith(PREFIX) ? customId.slice(PREFIX.length) : undefined;
}

/** Asks for what a command needs, in a modal; all it must remember stands in its `custom_id`s. */
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

  /** False where nothing was asked: then the command is called, and says itself what it lacks. */
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

/** An open modal cannot change its fields: what they depend on is chosen first. */
function choiceBefore({ fields }: Form, given: FormValues) {
  for (const field of fields)
    if (field.kind === 'choice' && field.reshapes && !(field.name in given))
      return field.choices.length > 1 ? field : undefined;
  return undefined;
}
