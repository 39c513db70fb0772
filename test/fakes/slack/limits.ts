import { block, tableLetters, unique, wordsIn } from './blocks.ts';
import { length, textObject } from './elements.ts';
import { type Body, bodyOf, isBody, listOf, textOf, within } from './json.ts';

/** Slack would deliver these: they break conventions, which only the tests enforce. */
const NOTED = ['mention', 'blocks_lost', 'no_fallback'];

/**
 * Measured, not documented: above about 13,000 characters in a message's blocks, Slack answers `msg_blocks_too_long`.
 */
const MESSAGE_LETTERS = 13_000;
/** https://docs.slack.dev/reference/methods/chat.postMessage#truncating */
const TEXT_LETTERS = 40_000;

const MESSAGES = ['chat.postMessage', 'chat.update', 'chat.postEphemeral', 'response_url'];
const VIEWS = ['views.open', 'views.update', 'views.push', 'views.publish'];

/**
 * Every violation of Slack's documented limits in a call of `method`; `response_url` counts as one. Each is Slack's
 * error code, a colon and what is wrong.
 */
export function faultsIn(method: string, body: Body): string[] {
  if (MESSAGES.includes(method)) return inMessage(method, body);
  if (VIEWS.includes(method)) return inView(bodyOf(body['view']), method === 'views.publish');
  if (method === 'files.completeUploadExternal')
    return mentions([{ type: 'mrkdwn', text: textOf(body['initial_comment']) }]);
  return [];
}

/** Slack's error for these faults, or undefined if it would accept them. */
export function refusalOf(faults: readonly string[]): string | undefined {
  return faults.map((fault) => fault.split(':')[0]).find((code) => code && !NOTED.includes(code));
}

function inMessage(method: string, body: Body): string[] {
  const faults: string[] = [];
  const { text, blocks } = body;
  if (typeof text === 'string' && text.length > TEXT_LETTERS)
    faults.push(`msg_too_long: text has ${text.length} characters, ${TEXT_LETTERS} are allowed`);
  if (method === 'chat.update' && typeof text === 'string' && blocks === undefined)
    faults.push('blocks_lost: chat.update with text and no blocks deletes the blocks');
  if (method !== 'response_url' && listOf(blocks).length > 0 && !textOf(text))
    faults.push('no_fallback: blocks without text leave a notification nothing to show');
  if (blocks !== undefined) {
    faults.push(...inBlocks(blocks, 50));
    if (listOf(blocks).filter((one) => one['type'] === 'table').length > 1)
      faults.push('invalid_blocks: only one table is allowed in a message');
    if (tableLetters(blocks) > 10_000)
      faults.push(
        `invalid_blocks: ${tableLetters(blocks)} characters in all tables of the message`,
      );
    const letters = wordsIn(blocks).join('').length;
    if (letters > MESSAGE_LETTERS)
      faults.push(`msg_blocks_too_long: ${letters} characters, about ${MESSAGE_LETTERS} are taken`);
  }
  if (body['link_names'] === true || body['parse'] === 'full')
    faults.push('mention: link_names and parse=full turn plain names into mentions');
  return [...faults, ...mentions([{ type: 'mrkdwn', text: textOf(text) }, blocks])];
}

function inBlocks(blocks: unknown, most: number): string[] {
  if (!Array.isArray(blocks) || !blocks.every(isBody))
    return ['invalid_blocks: blocks is no list of blocks'];
  const faults: string[] = [];
  const say = (fault: string) => faults.push(`invalid_blocks: ${fault}`);
  if (blocks.length > most) say(`${blocks.length} blocks, ${most} are allowed`);
  for (const [at, one] of blocks.entries())
    block((fault) => say(`${fault} [json-pointer:/blocks/${at}]`), one);
  unique(
    say,
    'block_id',
    blocks.map((one) => one['block_id']),
  );
  return faults;
}

/**
 * Some of them may be accepted in views too; we do not rely on it. A data_table in the Home tab is accepted here: if
 * Slack refuses it, the tab is shown without it.
 */
const MESSAGES_ONLY = ['table', 'markdown', 'data_table', 'container', 'plan', 'task_card'];

/** https://docs.slack.dev/reference/views/modal-views, https://docs.slack.dev/reference/views/home-tab-views */
function inView(view: Body, home: boolean): string[] {
  const faults: string[] = [];
  const say = (fault: string) => faults.push(`invalid_arguments: ${fault}`);
  if (view['type'] !== (home ? 'home' : 'modal')) say(`the view has the type ${view['type']}`);
  if (!home) textObject(say, 'view title', view['title'], 24, 'plain_text');
  for (const part of ['submit', 'close'])
    if (part in view) textObject(say, `view ${part}`, view[part], 24, 'plain_text');
  // Slack accepts "" here as absent.
  if (view['private_metadata'] !== '')
    length(say, 'private_metadata', view['private_metadata'], 3000);
  length(say, 'callback_id', view['callback_id'], 255);
  length(say, 'external_id', view['external_id'], 255);
  const blocks = listOf(view['blocks']);
  if (!home && view['submit'] === undefined && blocks.some((one) => one['type'] === 'input'))
    say('a modal with an input needs submit');
  for (const one of blocks)
    if (MESSAGES_ONLY.includes(textOf(one['type'])) && !(home && one['type'] === 'data_table'))
      say(`${one['type']} is for messages only`);
  return [...faults, ...inBlocks(view['blocks'], 100), ...mentions(view['blocks'])];
}

const MENTION = /<(?:@|!(?:channel|here|everyone|group|subteam\^))[^>]*>?/;

/** Text that would notify somebody: nothing from users or data may contain it. */
function mentions(value: unknown): string[] {
  const faults: string[] = [];
  for (const one of within(value)) {
    const { type, text } = one;
    if ((type === 'mrkdwn' || type === 'markdown') && typeof text === 'string') {
      const found = MENTION.exec(text)?.[0];
      if (found) faults.push(`mention: ${found} in "${text.slice(0, 80)}"`);
    }
    if (type === 'broadcast' || type === 'usergroup' || (type === 'user' && 'user_id' in one))
      faults.push(`mention: a rich text element of the type ${type}`);
  }
  return faults;
}
