import { type Body, bodyOf, listOf, textOf } from './json.ts';

/** An element and its block. */
interface Held {
  block: Body;
  element: Body;
}

/** Every interactive element. */
export function elementsIn(blocks: readonly Body[]): Held[] {
  return blocks.flatMap((block) => {
    const held = [
      ...listOf(block['elements']),
      bodyOf(block['element']),
      bodyOf(block['accessory']),
    ];
    return held.filter((element) => 'action_id' in element).map((element) => ({ block, element }));
  });
}

/** What a person would call it: its text, or the label above it. */
export function labelOf({ block, element }: Held): string {
  return textOf(bodyOf(element['text'])['text']) || textOf(bodyOf(block['label'])['text']);
}

/**
 * The element by its label, `action_id` or `block_id`.
 * @throws Error listing what there is, if none or more than one matches
 */
export function find(blocks: readonly Body[], wanted: string): Held {
  const all = elementsIn(blocks);
  const named = (held: Held) =>
    [labelOf(held), held.element['action_id'], held.block['block_id']].includes(wanted);
  const [found, second] = all.filter(named);
  const exact = all.filter(({ element }) => element['action_id'] === wanted);
  if (exact.length === 1 && exact[0]) return exact[0];
  if (found && !second) return found;
  const there = all.map((held) => `${labelOf(held)} (${textOf(held.element['action_id'])})`);
  throw new Error(`${found ? 'more than one' : 'no'} "${wanted}" among: ${there.join(', ')}`);
}

const CHOICES = ['static_select', 'radio_buttons', 'overflow'];

/** The options of a select, those in groups included. */
function optionsOf(element: Body): Body[] {
  return [
    ...listOf(element['options']),
    ...listOf(element['option_groups']).flatMap((group) => listOf(group['options'])),
  ];
}

/**
 * The state of an element after `value` was typed, or the option with that value or label chosen.
 * https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload
 * @throws Error if there is no such option
 */
export function filled(element: Body, value: string): Body {
  const type = textOf(element['type']);
  if (type === 'datepicker') return { type, selected_date: value || null };
  if (!CHOICES.includes(type)) return { type, value: value || null };
  if (value === '') return { type, selected_option: null };
  const options = optionsOf(element);
  const option = options.find(
    (one) => one['value'] === value || bodyOf(one['text'])['text'] === value,
  );
  if (!option) {
    const there = options.map((one) => textOf(one['value'])).join(', ');
    throw new Error(`no option "${value}" among: ${there}`);
  }
  return { type, selected_option: option };
}

/** The initial state of an element. */
export function initial(element: Body): Body {
  const type = textOf(element['type']);
  if (type === 'datepicker') return { type, selected_date: element['initial_date'] ?? null };
  if (CHOICES.includes(type)) return { type, selected_option: element['initial_option'] ?? null };
  return { type, value: element['initial_value'] ?? null };
}
