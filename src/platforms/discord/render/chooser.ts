import { type APIComponentInContainer, ComponentType } from 'discord.js';
import type { Field, Form } from '../../../core/form.ts';
import { escaped, isBlank } from './escape.ts';
import { shorten, within } from './fit.ts';
import { SELECT } from './limits.ts';
import { menuOf } from './menu.ts';
import { bodyOf, type DiscordMessage, display } from './message.ts';
import { TONES } from './parts.ts';
import { customIdOf } from './press.ts';

const LONGEST = 1000;

/**
 * A menu that is shown before the modal is opened, because an open modal cannot change its fields. Only the person sees
 * it. `parsePress` of its `custom_id` says `choose`, the command and the field.
 * @throws RangeError if both names together are longer than a `custom_id`
 */
export function toChooser(
  { command, title, text }: Form,
  field: Extract<Field, { kind: 'choice' }>,
): DiscordMessage {
  const customId = customIdOf({ kind: 'choose', command, argument: field.name });
  if (customId === undefined)
    throw new RangeError(`Asking for "${field.name}" of /${command}: the names are too long`);
  const { options, missing } = menuOf(field.choices, field.initial);
  const words = [title, text ?? '', field.hint ?? ''].filter((part) => !isBlank(part));
  const more = `-# … and ${missing} more, to be typed: ${escaped(`/${command}`)}`;
  const menu: APIComponentInContainer = {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: customId,
        placeholder: shorten(field.label, SELECT.placeholder),
        options,
      },
    ],
  };
  return bodyOf(
    [
      ...display(within(words.join('\n') || field.label, LONGEST)),
      ...(options.length > 0 ? [menu] : []),
      ...(missing > 0 ? display(more) : []),
    ],
    TONES.note.colour,
    { ephemeral: true },
  );
}
