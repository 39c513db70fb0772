import type { ChatInputCommandInteraction, Interaction, ModalSubmitInteraction } from 'discord.js';
import { inputOf } from '../../core/form.ts';
import type { Log } from '../../core/log.ts';
import type { Dispatch, Spell } from '../../core/platform.ts';
import { wordsOf } from '../../core/shape.ts';
import { commandIn } from '../spoken.ts';
import type { Acks } from './acks.ts';
import type { Answers } from './answers.ts';
import { createAutocomplete } from './autocomplete.ts';
import type { Catalogue } from './commands.ts';
import { commandOfModal, createForms } from './forms.ts';
import { createIntake } from './intake.ts';
import { createPresses, isOwn } from './presses.ts';
import type { Questions } from './questions.ts';
import { UMBRELLA } from './render/commands.ts';
import { valuesOf } from './render/values.ts';
import { invocationOf, speakingIn } from './speaking.ts';

interface Parts {
  dispatch: Dispatch;
  catalogue: Catalogue;
  acks: Acks;
  answers: Answers;
  questions: Questions;
  spell: Spell;
  log: Log;
}

/** Passes commands, key presses, buttons, menus and modals to the dispatch. */
export function createInteractions(parts: Parts) {
  const { dispatch, catalogue, acks, answers, questions, spell, log } = parts;
  const take = createIntake({ dispatch, acks, answers, log });
  const ask = createForms({ dispatch, acks, log });
  const complete = createAutocomplete({ dispatch, catalogue, acks, log });
  const presses = createPresses({ acks, answers, take, ask, questions, spell });

  async function command(interaction: ChatInputCommandInteraction): Promise<void> {
    const speaking = speakingIn(interaction);
    if (!speaking) return;
    const { name, input } = saidIn(interaction, catalogue);
    const empty = input.length === 0 && catalogue.called(name)?.form === true;
    if (empty && (await ask(interaction, speaking, name))) return;
    const what = invocationOf(interaction, speaking, name, input);
    await take(interaction, { what, to: speaking.to });
  }

  async function modal(interaction: ModalSubmitInteraction): Promise<void> {
    const speaking = speakingIn(interaction);
    const name = commandOfModal(interaction.customId);
    if (!speaking || name === undefined) return;
    const input = inputOf(valuesOf(interaction.components));
    const what = invocationOf(interaction, speaking, name, input);
    const own = interaction.message !== null && isOwn(interaction.message);
    await take(interaction, { what, to: speaking.to }, own ? 'update' : 'defer');
  }

  function handle(interaction: Interaction): Promise<void> {
    if (interaction.isChatInputCommand()) return command(interaction);
    if (interaction.isAutocomplete()) return complete(interaction);
    if (interaction.isButton()) return presses.button(interaction);
    if (interaction.isStringSelectMenu()) return presses.menu(interaction);
    if (interaction.isModalSubmit()) return modal(interaction);
    return Promise.resolve();
  }

  return (interaction: Interaction): void => {
    handle(interaction).catch((err: unknown) =>
      log.error({ err, interaction: interaction.id }, 'an event of Discord broke'),
    );
  };
}

/** A command and its words. For the umbrella command, the first word is the command. */
function saidIn(interaction: ChatInputCommandInteraction, catalogue: Catalogue) {
  const { commandName, options } = interaction;
  if (commandName === UMBRELLA.name) {
    const { command, text } = commandIn(options.getString(UMBRELLA.option) ?? '');
    return { name: command, input: text };
  }
  const shape = catalogue.named(commandName);
  const values = options.data.flatMap(({ name, value }) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    name: shape?.name ?? commandName,
    input: shape ? wordsOf(shape, Object.fromEntries(values)) : [],
  };
}
