import {
  type APILabelComponent,
  type APIRadioGroupComponent,
  type APIStringSelectComponent,
  type APITextInputComponent,
  ComponentType,
  TextInputStyle,
} from 'discord.js';
import type { Field } from '../../../core/form.ts';
import { shorten } from './fit.ts';
import { INPUT, LABEL, RADIO } from './limits.ts';
import { menuOf } from './menu.ts';
import { pairLine } from './pairs.ts';
import type { Spread } from './spread.ts';

/** Longer text gets a multi-line input. */
const ONE_LINE = 120;

/** A field in its label, `said` before its own hint. */
export function inputFor(field: Field, said = ''): APILabelComponent {
  const select = selectFor(field);
  const cut = select ? '' : cutInWords(field.initial);
  const hints = [said, cut, rangeOf(field), field.hint ?? '', select ? '' : choicesOf(field)];
  return labelFor(field.label, hints, select ?? textInputFor(field));
}

/** All fields without an input of their own. */
export function inputForSeveral({ together, customId }: Spread): APILabelComponent {
  const lines = together.map(({ field, key }) => pairLine(key, wellFormed(field.initial ?? '')));
  let [count, room] = [0, INPUT.value];
  for (const line of lines) {
    room -= line.length + 1;
    if (room < 0) break;
    count += 1;
  }
  const missing = lines.length - count;
  const text = lines.slice(0, count).join('\n');
  const names = together.map(({ key }) => key).join(', ');
  const option = customId.slice(0, -2);
  return labelFor(
    option === '' ? 'More values' : `More ${option}`,
    [
      missing > 0 ? `${missing} of ${lines.length} did not fit: add them.` : '',
      `One name=value per line: ${names}`,
    ],
    {
      type: ComponentType.TextInput,
      custom_id: customId,
      style: TextInputStyle.Paragraph,
      required: together.some(({ field }) => field.required),
      ...(text !== '' && { value: text }),
    },
  );
}

/** This many fit below each other on a phone without hiding the rest of the form. */
const FEW = 5;

/** Undefined if the field has no choices, or more than a menu can contain: then the value is typed. */
function selectFor(field: Field): APIRadioGroupComponent | APIStringSelectComponent | undefined {
  if (field.kind !== 'choice') return undefined;
  const { options, missing } = menuOf(field.choices, field.initial);
  const chosen = options.filter((option) => option.default);
  // The value that determines the fields was chosen before and cannot be changed in the open modal.
  const fixed = field.reshapes && chosen.length > 0;
  if (!fixed && (missing > 0 || options.length === 0)) return undefined;
  if (!fixed && options.length >= RADIO.least && options.length <= FEW)
    return {
      type: ComponentType.RadioGroup,
      custom_id: field.name,
      options,
      required: field.required,
    };
  return {
    type: ComponentType.StringSelect,
    custom_id: field.name,
    options: fixed ? chosen : options,
    required: field.required,
    ...(!field.required && { min_values: 0 }),
  };
}

function textInputFor(field: Field): APITextInputComponent {
  const value = wellFormed(field.initial ?? '').slice(0, INPUT.value);
  const longest = field.kind === 'text' ? field.longest : undefined;
  const long = value.includes('\n') || value.length > ONE_LINE || (longest ?? 0) > ONE_LINE;
  const placeholder = field.kind === 'day' ? 'YYYY-MM-DD' : '';
  return {
    type: ComponentType.TextInput,
    custom_id: field.name,
    style: long ? TextInputStyle.Paragraph : TextInputStyle.Short,
    required: field.required,
    ...(value !== '' && { value: wellFormed(value) }),
    ...(placeholder !== '' && { placeholder }),
    ...(longest !== undefined && {
      max_length: Math.min(INPUT.value, Math.max(1, value.length, Math.floor(longest))),
    }),
  };
}

function labelFor(
  label: string,
  hints: readonly string[],
  component: APILabelComponent['component'],
): APILabelComponent {
  const hint = hints.filter((part) => part !== '').join(' · ');
  return {
    type: ComponentType.Label,
    label: shorten(label, LABEL.label),
    ...(hint !== '' && { description: shorten(hint, LABEL.description) }),
    component,
  };
}

function rangeOf(field: Field): string {
  if (field.kind !== 'number') return '';
  const { whole, min, max } = field;
  const kind = whole ? 'whole number' : 'number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind}, at least ${min}`;
  return max === undefined ? kind : `${kind}, at most ${max}`;
}

function choicesOf(field: Field): string {
  if (field.kind !== 'choice') return '';
  return `one of ${field.choices.length}: ${field.choices.map(({ value }) => value).join(', ')}`;
}

/** A note inside the value would be sent as part of it. */
function cutInWords(initial = ''): string {
  if (initial.length <= INPUT.value) return '';
  return `cut: ${(initial.length - INPUT.value).toLocaleString('en-US')} more characters`;
}

function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}
