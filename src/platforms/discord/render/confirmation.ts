import { ButtonStyle, ComponentType } from 'discord.js';
import { type Action, typedAs } from '../../../core/card.ts';
import { buttonOf, rowsOf } from './buttons.ts';
import { within } from './fit.ts';
import { BUTTON, MESSAGE } from './limits.ts';
import { bodyOf, type DiscordMessage, display } from './message.ts';
import { TONES } from './parts.ts';
import { customIdOf } from './press.ts';

/**
 * The confirmation of an action whose button is `ask`: its question, seen only by the person who pressed, with a button
 * that confirms and one that cancels. Without a `confirm`, e.g. after a restart, it asks a generic question.
 */
export function toConfirmation(action: Action): DiscordMessage {
  const question = action.confirm ?? `${action.label}? This is the same as ${typedAs(action)}`;
  const sure = buttonOf(action, 'do');
  const cancel = customIdOf({ ...action, kind: 'cancel' });
  const buttons = [
    ...(sure ? [sure] : []),
    ...(sure && cancel !== undefined
      ? [
          {
            type: ComponentType.Button as const,
            custom_id: cancel,
            label: 'Cancel',
            style: ButtonStyle.Secondary as const,
          },
        ]
      : []),
  ];
  const instead = sure ? '' : `Command: ${typedAs(action)}`;
  const words = [question, instead].filter((part) => part !== '').join('\n');
  return bodyOf(
    [...display(within(words, MESSAGE.text - 2 * BUTTON.label)), ...rowsOf(buttons)],
    TONES[action.style === 'danger' ? 'danger' : 'note'].colour,
    { ephemeral: true },
  );
}
