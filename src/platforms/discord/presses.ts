import {
  type ButtonInteraction,
  InteractionResponseType,
  type Message,
  MessageFlags,
  type StringSelectMenuInteraction,
} from 'discord.js';
import type { Card } from '../../core/card.ts';
import type { InboundEvent, Spell } from '../../core/platform.ts';
import type { Acks } from './acks.ts';
import type { Answers } from './answers.ts';
import type { createForms } from './forms.ts';
import type { createIntake } from './intake.ts';
import type { Questions } from './questions.ts';
import { toConfirmation } from './render/confirmation.ts';
import { toMessage } from './render/message.ts';
import { type Press, parsePress } from './render/press.ts';
import { invocationOf, speakingIn } from './speaking.ts';

interface Parts {
  acks: Acks;
  answers: Pick<Answers, 'remove'>;
  take: ReturnType<typeof createIntake>;
  ask: ReturnType<typeof createForms>;
  questions: Questions;
  spell: Spell;
}

const old = (spell: Spell): Card => ({
  title: 'This button is no longer valid. Nothing was done.',
  tone: 'warning',
  text: `Type the command instead; ${spell('help')} lists them.`,
});

/** Buttons and menus. Their values are not trusted: the dispatch checks them. */
export function createPresses({ acks, answers, take, ask, questions, spell }: Parts) {
  async function act(interaction: ButtonInteraction, press: Press): Promise<void> {
    const speaking = speakingIn(interaction);
    if (!speaking) return;
    const { message, customId } = interaction;
    const own = isOwn(message);
    // A question is ephemeral: the message that it is about is the one it replies to.
    const on = own ? message.reference?.messageId : message.id;
    const heard: InboundEvent = {
      what: invocationOf(interaction, speaking, press.command, press.argument),
      control: `${on ?? message.id} ${customId}`,
      to: speaking.to,
      ...(on !== undefined && { thread: on }),
    };
    await take(interaction, heard, own ? 'update' : 'defer');
  }

  return {
    async button(interaction: ButtonInteraction): Promise<void> {
      const press = parsePress(interaction.customId);
      switch (press?.kind) {
        case 'do':
          return act(interaction, press);
        case 'ask':
          await acks.send(interaction, {
            type: InteractionResponseType.ChannelMessageWithSource,
            data: toConfirmation(questions.of(press, labelOf(interaction))),
          });
          return;
        case 'cancel':
          if (await acks.send(interaction, { type: InteractionResponseType.DeferredMessageUpdate }))
            await answers.remove(interaction.token);
          return;
        default:
          await acks.send(interaction, sorry(spell));
      }
    },

    /** The value that a form depends on was chosen: shows the form. */
    async menu(interaction: StringSelectMenuInteraction): Promise<void> {
      const press = parsePress(interaction.customId);
      const speaking = speakingIn(interaction);
      const [value] = interaction.values;
      if (!speaking || press?.kind !== 'choose' || value === undefined)
        return void (await acks.send(interaction, sorry(spell)));
      const given = { [press.argument]: value };
      if (await ask(interaction, speaking, press.command, given)) return;
      const what = invocationOf(interaction, speaking, press.command, given);
      await take(interaction, { what, to: speaking.to }, 'update');
    },
  };
}

function labelOf({ component }: ButtonInteraction): string | undefined {
  return ('label' in component && component.label) || undefined;
}

/** Only the person sees it: the result replaces it. */
export function isOwn(message: Message): boolean {
  return message.flags.has(MessageFlags.Ephemeral);
}

function sorry(spell: Spell) {
  const message = toMessage(old(spell));
  return {
    type: InteractionResponseType.ChannelMessageWithSource,
    data: { ...message, flags: message.flags | MessageFlags.Ephemeral },
  };
}
