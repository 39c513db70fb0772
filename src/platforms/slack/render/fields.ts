import type { types } from '@slack/bolt';
import type { Choice, Field } from '../../../core/form.ts';
import { plainText } from './blocks.ts';
import { LIMITS } from './limits.ts';
import { count, isBlank, oneLine, weight } from './text.ts';

/** `action_id` of every input; the block's ID is the name of the field. */
export const INPUT = 'value';

type Of<K extends Field['kind']> = Extract<Field, { kind: K }>;

interface Input {
  element: types.InputBlockElement;
  hints: string[];
}

/** An input. An initial value that Slack would refuse is left out, and the hint says so. */
export function inputOf(field: Field): Input {
  const hints = field.hint && !isBlank(field.hint) ? [field.hint] : [];
  const { element, notes } = elementOf(field);
  return { element, hints: [...hints, ...notes] };
}

interface Element {
  element: types.InputBlockElement;
  notes: string[];
}

function elementOf(field: Field): Element {
  switch (field.kind) {
    case 'text':
      return textOf(field);
    case 'number':
      return numberOf(field);
    case 'day':
      return dayOf(field);
    case 'choice':
      return choiceOf(field);
  }
}

function textOf({ longest = LIMITS.typed, initial = '' }: Pick<Of<'text'>, 'longest' | 'initial'>) {
  const most = Math.min(LIMITS.typed, Math.max(1, Math.floor(longest)));
  const fits = initial.length <= most;
  const element: types.PlainTextInput = {
    type: 'plain_text_input',
    action_id: INPUT,
    max_length: most,
    ...(initial && fits && { initial_value: initial }),
    ...(initial.includes('\n') && { multiline: true }),
  };
  return { element, notes: fits ? [] : [unfit(initial)] };
}

function numberOf({ whole, min, max, initial }: Of<'number'>): Element {
  const low = min === undefined ? undefined : decimal(whole ? Math.ceil(min) : min);
  const high = max === undefined ? undefined : decimal(whole ? Math.floor(max) : max);
  const given = initial === undefined || isBlank(initial) ? undefined : Number(initial);
  const kept =
    given !== undefined &&
    (!whole || Number.isInteger(given)) &&
    given >= (min ?? -Infinity) &&
    given <= (max ?? Infinity)
      ? decimal(given)
      : undefined;
  const element: types.NumberInput = {
    type: 'number_input',
    action_id: INPUT,
    is_decimal_allowed: !whole,
    ...(low !== undefined && { min_value: low }),
    ...(high !== undefined && { max_value: high }),
    ...(kept !== undefined && { initial_value: kept }),
  };
  return { element, notes: given === undefined || kept !== undefined ? [] : [unfit(initial)] };
}

/** Without an exponent, which Slack does not accept; undefined if it cannot be written without one. */
function decimal(value: number): string | undefined {
  const text = String(value);
  return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined;
}

function dayOf({ initial }: Of<'day'>): Element {
  const given = initial !== undefined && !isBlank(initial);
  const kept = given && isDay(initial) ? { initial_date: initial } : {};
  const element: types.Datepicker = { type: 'datepicker', action_id: INPUT, ...kept };
  return { element, notes: given && !isDay(initial) ? [unfit(initial)] : [] };
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function choiceOf({ choices, initial }: Of<'choice'>): Element {
  const values = new Set<string>();
  const usable = choices.filter(({ value }) => {
    const takes = value !== '' && weight(value) <= LIMITS.option.value && !values.has(value);
    values.add(value);
    return takes;
  });
  // A menu needs at least one option: otherwise the value is typed.
  if (usable.length === 0) return textOf(initial === undefined ? {} : { initial });
  const most = usable.length > LIMITS.options ? LIMITS.options - 1 : LIMITS.options;
  const shown = usable.slice(0, most);
  // The current value is included, wherever it is in the list.
  const now = usable.find(({ value }) => value === initial);
  if (now && !shown.includes(now)) shown[shown.length - 1] = now;
  const left = values.size - shown.length;
  const element: types.StaticSelect = {
    type: 'static_select',
    action_id: INPUT,
    placeholder: plainText('Choose one', 150),
    options: shown.map(optionOf),
    ...(now && { initial_option: optionOf(now) }),
  };
  const notes = left > 0 ? [`… ${count(left, 'more choice')}: type the command to take one.`] : [];
  return { element, notes: initial && !now ? [...notes, unfit(initial)] : notes };
}

function optionOf({ value, label, hint }: Choice): types.PlainTextOption {
  return {
    text: plainText(oneLine(label), LIMITS.option.text, value),
    value,
    ...(hint && !isBlank(hint) && { description: plainText(hint, LIMITS.option.description) }),
  };
}

function unfit(initial = ''): string {
  const shown = initial.length > 60 ? `The value so far, ${initial.length} characters,` : initial;
  return `"${shown}" cannot stand here: fill it in again.`;
}
