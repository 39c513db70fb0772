import {
  type APIModalInteractionResponseCallbackData,
  type APITextDisplayComponent,
  ComponentType,
} from 'discord.js';
import type { Form } from '../../../core/form.ts';
import { escaped, isBlank } from './escape.ts';
import { shorten, within } from './fit.ts';
import { inputFor, inputForSeveral } from './inputs.ts';
import { CUSTOM_ID, MODAL } from './limits.ts';
import { spread } from './spread.ts';

/** A longer text above the inputs would not be read. */
const LONGEST_TEXT = 1000;

/**
 * A form as a modal; `valuesOf` reads what comes back. Discord sets the label of its submit button.
 * @param customId of the modal, at most 100 characters
 * @throws RangeError if it is longer
 */
export function toModal(form: Form, customId: string): APIModalInteractionResponseCallbackData {
  if (customId.length > CUSTOM_ID)
    throw new RangeError(`Asking for /${form.command}: the id of the modal is too long`);
  const split = spread(form.fields);
  const taken = split.alone.length + (split.together.length > 0 ? 1 : 0);
  const text = isBlank(form.text ?? '') ? '' : (form.text ?? '').trim();
  const above = taken < MODAL.components ? display(text, taken === 0) : [];
  // If five inputs leave no room for the text, it goes into the hint of the first.
  const said = above.length === 0 ? text : '';
  return {
    custom_id: customId,
    title: shorten(form.title, MODAL.title, shorten(form.command, MODAL.title)),
    components: [
      ...above,
      ...split.alone.map((field, index) => inputFor(field, index === 0 ? said : '')),
      ...(split.together.length > 0 ? [inputForSeveral(split)] : []),
    ],
  };
}

/** Discord refuses a modal without components. */
function display(text: string, needed: boolean): APITextDisplayComponent[] {
  const content = text === '' && needed ? 'This form has no fields.' : text;
  if (content === '') return [];
  return [{ type: ComponentType.TextDisplay, content: within(content, LONGEST_TEXT, escaped) }];
}
