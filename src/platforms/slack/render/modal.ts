import type { types } from '@slack/bolt';
import { WheelhouseError } from '../../../core/errors.ts';
import type { Field, Form } from '../../../core/form.ts';
import { type Block, context, pieces, plainText, section } from './blocks.ts';
import { inputOf } from './fields.ts';
import { LIMITS } from './limits.ts';
import { bytesOf } from './room.ts';
import { count, cut, moreCharacters, plain } from './text.ts';

/** `callback_id` of every modal of ours. */
export const FORM = 'form';
const TEXT = 6000;
/** Leaves room for the private metadata and the view's own keys. */
const BYTES = LIMITS.view.bytes - 25_000;

/**
 * A form as a modal. `privateMetadata` comes back with the values: users do not see it, but it can be forged.
 * @throws WheelhouseError if `privateMetadata` is longer than Slack accepts
 */
export function toModal(
  form: Form,
  { privateMetadata }: { privateMetadata: string },
): types.ModalView {
  if (privateMetadata.length > LIMITS.view.metadata)
    throw new WheelhouseError(
      'us',
      `Asking for the options of /${form.command}: ${privateMetadata.length} characters must be sent with the form, and Slack accepts ${LIMITS.view.metadata}.`,
      { next: `Type /${form.command} with its options instead.` },
    );
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: privateMetadata,
    title: plainText(form.title.trim(), LIMITS.view.title, form.command),
    submit: plainText(form.submit.trim(), LIMITS.view.submit, 'Send'),
    close: plainText('Cancel', LIMITS.view.close),
    blocks: blocksOf(form),
  };
}

function blocksOf({ title, text = '', fields, command }: Form): Block[] {
  // The title of the modal is cut: this is the full one.
  const whole = plain(title).trim().length > LIMITS.view.title ? `${title.trim()}\n\n` : '';
  const said = cut(plain(whole + text).trim(), TEXT, moreCharacters);
  const intro = pieces(said, LIMITS.section.text).map(section);
  const inputs: Block[] = [];
  let bytes = bytesOf(intro);
  for (const input of fields.map(inputBlock)) {
    bytes += bytesOf([input]);
    if (intro.length + inputs.length + 2 > LIMITS.view.blocks || bytes > BYTES) break;
    inputs.push(input);
  }
  const left = fields.length - inputs.length;
  return [
    ...intro,
    ...inputs,
    ...(left > 0
      ? [context(`… ${count(left, 'more field')}: type /${plain(command)} with its options.`)]
      : []),
    ...(intro.length + fields.length === 0 ? [section('This form has no fields.')] : []),
  ];
}

function inputBlock(field: Field): Block {
  const { element, hints } = inputOf(field);
  const hint = hints.join('\n');
  return {
    type: 'input',
    block_id: field.name,
    label: plainText(field.label, LIMITS.input.label, field.name),
    element,
    optional: !field.required,
    ...(hint && { hint: plainText(hint, LIMITS.input.hint) }),
    ...(field.kind === 'choice' && field.reshapes && { dispatch_action: true }),
  };
}
