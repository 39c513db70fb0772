import { bodyOf, isBody, listOf, textOf } from './json.ts';

/** Receives a fault: Slack's error code, a colon, what is wrong. */
export type Say = (fault: string) => void;

type Kind = 'plain_text' | 'mrkdwn';

/**
 * A text object: 1 to 3000 characters unless its owner allows less.
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
export function textObject(say: Say, what: string, value: unknown, longest = 3000, only?: Kind) {
  if (!isBody(value)) return say(`${what} is not a text object`);
  const { type, text } = value;
  if (type !== 'plain_text' && type !== 'mrkdwn') say(`${what} has the type ${String(type)}`);
  if (only && type !== only) say(`${what} must be ${only}`);
  if (type === 'mrkdwn' && 'emoji' in value) say(`${what} is mrkdwn and carries "emoji"`);
  if (typeof text !== 'string' || text === '') return say(`${what} is empty`);
  if (text.length > longest) say(`${what} has ${text.length} characters, ${longest} are allowed`);
}

export function length(say: Say, what: string, value: unknown, longest: number) {
  if (value === undefined) return;
  if (typeof value !== 'string' || value === '') return say(`${what} is no text`);
  if (value.length > longest) say(`${what} has ${value.length} characters, ${longest} are allowed`);
}

export function count(say: Say, what: string, value: unknown, most: number) {
  if (!Array.isArray(value) || value.length === 0) return say(`${what} are missing`);
  if (value.length > most) say(`${value.length} ${what}, ${most} are allowed`);
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
function option(say: Say, what: string, value: unknown, own?: Kind) {
  if (!isBody(value)) return say(`${what} is no option`);
  textObject(say, `${what} text`, value['text'], 75, own);
  if (value['value'] === undefined) say(`${what} has no value`);
  length(say, `${what} value`, value['value'], 150);
  if ('description' in value) textObject(say, `${what} description`, value['description'], 75, own);
  length(say, `${what} url`, value['url'], 3000);
}

function options(say: Say, what: string, value: unknown, most: number, own?: Kind) {
  count(say, `options of ${what}`, value, most);
  const all = listOf(value);
  for (const one of all) option(say, `option of ${what}`, one, own);
  const values = all.map((one) => textOf(one['value']));
  if (new Set(values).size < values.length) say(`two options of ${what} have the same value`);
}

/** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
function confirm(say: Say, what: string, value: unknown) {
  if (value === undefined) return;
  const dialog = bodyOf(value);
  textObject(say, `${what} confirm title`, dialog['title'], 100, 'plain_text');
  textObject(say, `${what} confirm text`, dialog['text'], 300);
  textObject(say, `${what} confirm button`, dialog['confirm'], 30, 'plain_text');
  textObject(say, `${what} deny button`, dialog['deny'], 30, 'plain_text');
}

/** The fields of an image, as block or element. https://docs.slack.dev/reference/block-kit/blocks/image-block */
export function image(say: Say, value: Record<string, unknown>) {
  const { alt_text: alt, image_url: url, slack_file: file } = value;
  if (alt === undefined) say('an image has no alt_text');
  length(say, 'image alt_text', alt, 2000);
  length(say, 'image_url', url, 3000);
  if ((url === undefined) === (file === undefined))
    say('an image needs either image_url or slack_file');
  if (file !== undefined && !isBody(file)) say('slack_file is no object');
}

const STYLES = ['primary', 'danger'];

/** An interactive element. https://docs.slack.dev/reference/block-kit/block-elements */
export function element(say: Say, value: Record<string, unknown>) {
  const type = textOf(value['type']);
  const id = `${type} ${textOf(value['action_id'])}`.trim();
  length(say, `action_id of ${type}`, value['action_id'], 255);
  confirm(say, id, value['confirm']);
  if ('placeholder' in value)
    textObject(say, `${id} placeholder`, value['placeholder'], 150, 'plain_text');
  switch (type) {
    case 'button':
      textObject(say, `${id} text`, value['text'], 75, 'plain_text');
      length(say, `${id} value`, value['value'], 2000);
      length(say, `${id} url`, value['url'], 3000);
      length(say, `${id} accessibility_label`, value['accessibility_label'], 75);
      if ('style' in value && !STYLES.includes(textOf(value['style']))) say(`${id} style`);
      return;
    case 'static_select':
    case 'multi_static_select':
      return select(say, id, value);
    case 'overflow':
      return options(say, id, value['options'], 5, 'plain_text');
    case 'checkboxes':
    case 'radio_buttons':
      return options(say, id, value['options'], 10);
    case 'number_input':
      if (typeof value['is_decimal_allowed'] !== 'boolean') say(`${id} lacks is_decimal_allowed`);
      for (const key of ['min_value', 'max_value', 'initial_value'])
        if (key in value && typeof value[key] !== 'string') say(`${id} ${key} must be a string`);
      return;
    case 'plain_text_input':
      if (Number(value['max_length'] ?? 1) > 3000) say(`${id} max_length is above 3000`);
      return;
    case 'datepicker':
      if ('initial_date' in value && !/^\d{4}-\d\d-\d\d$/.test(textOf(value['initial_date'])))
        say(`${id} initial_date is no YYYY-MM-DD`);
      return;
    case 'image':
      return image(say, value);
    case 'timepicker':
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
      return;
    default:
      say(`unknown element ${type || JSON.stringify(value).slice(0, 80)}`);
  }
}

function select(say: Say, id: string, value: Record<string, unknown>) {
  const groups = value['option_groups'];
  if (groups === undefined) options(say, id, value['options'], 100, 'plain_text');
  else {
    count(say, `option groups of ${id}`, groups, 100);
    for (const group of listOf(groups)) {
      textObject(say, `${id} group label`, group['label'], 75, 'plain_text');
      options(say, id, group['options'], 100, 'plain_text');
    }
  }
  const first = value['initial_option'];
  if (first === undefined) return;
  const all = [...listOf(value['options']), ...listOf(groups).flatMap((g) => listOf(g['options']))];
  // Slack compares the whole option, not its value alone.
  if (!all.some((one) => JSON.stringify(one) === JSON.stringify(first)))
    say(`${id} initial_option is not among its options`);
}
