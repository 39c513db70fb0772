import { type AutocompleteInteraction, InteractionResponseType } from 'discord.js';
import type { FormValues } from '../../core/form.ts';
import type { Log } from '../../core/log.ts';
import type { Dispatch } from '../../core/platform.ts';
import type { Acks } from './acks.ts';
import type { Catalogue } from './commands.ts';
import { UMBRELLA } from './render/commands.ts';
import { isBlank } from './render/escape.ts';
import { shorten } from './render/fit.ts';
import { COMMAND } from './render/limits.ts';
import { speakingIn } from './speaking.ts';

interface Parts {
  dispatch: Pick<Dispatch, 'suggest' | 'complete'>;
  catalogue: Catalogue;
  acks: Pick<Acks, 'send'>;
  log: Log;
}

/** Choices for an option, at each key press: Discord does not show a list that comes too late. */
export function createAutocomplete({ dispatch, catalogue, acks, log }: Parts) {
  async function offers(interaction: AutocompleteInteraction): Promise<Offer[]> {
    const speaking = speakingIn(interaction);
    const { name: option, value: typed } = interaction.options.getFocused(true);
    if (!speaking) return [];
    if (interaction.commandName === UMBRELLA.name) {
      const slash = typed.startsWith('/') ? '/' : '';
      const found = await dispatch.complete(typed.slice(slash.length), speaking.by);
      return found.map(({ text, hint }) => ({ value: `${slash}${text}`, label: text, hint }));
    }
    const command = catalogue.named(interaction.commandName)?.name;
    if (command === undefined) return [];
    const { by, from } = speaking;
    return dispatch.suggest(
      { command, given: givenIn(interaction, option), by, from },
      option,
      typed,
    );
  }

  return async (interaction: AutocompleteInteraction): Promise<void> => {
    const found = await offers(interaction).catch((err: unknown) => {
      log.warn({ err, command: interaction.commandName }, 'nothing could be offered');
      return [];
    });
    const choices = found.flatMap(choiceOf).slice(0, COMMAND.choices);
    await acks.send(interaction, {
      type: InteractionResponseType.ApplicationCommandAutocompleteResult,
      data: { choices },
    });
  };
}

interface Offer {
  value: string;
  label: string;
  hint?: string;
}

/** None for a value that is too long for Discord: cut, it would be a different value. */
function choiceOf({ value, label, hint }: Offer) {
  if (isBlank(value) || value.length > COMMAND.choice) return [];
  const name = hint ? `${label.trim()} — ${hint}` : label;
  return [{ name: shorten(name, COMMAND.choice, value), value }];
}

function givenIn({ options }: AutocompleteInteraction, focused: string): FormValues {
  return Object.fromEntries(
    options.data
      .filter(({ name, value }) => name !== focused && value !== undefined)
      .map(({ name, value }) => [name, String(value)]),
  );
}
