import { count, element, image, length, type Say, textObject } from './elements.ts';
import { type Body, bodyOf, isBody, listOf, textOf } from './json.ts';

/** One block against its reference page. https://docs.slack.dev/reference/block-kit/blocks */
export function block(say: Say, value: Body) {
  const type = textOf(value['type']);
  length(say, `block_id of ${type}`, value['block_id'], 255);
  switch (type) {
    case 'divider':
      return;
    case 'header':
      return textObject(say, 'header', value['text'], 150, 'plain_text');
    case 'section':
      return section(say, value);
    case 'context':
      count(say, 'context elements', value['elements'], 10);
      for (const one of listOf(value['elements']))
        if (one['type'] === 'image') image(say, one);
        else textObject(say, 'context text', one, 3000);
      return;
    case 'actions':
      count(say, 'actions elements', value['elements'], 25);
      for (const one of listOf(value['elements'])) element(say, one);
      return unique(
        say,
        'action_id in an actions block',
        listOf(value['elements']).map((one) => one['action_id']),
      );
    case 'image':
      if ('title' in value) textObject(say, 'image title', value['title'], 2000, 'plain_text');
      return image(say, value);
    case 'input':
      textObject(say, 'input label', value['label'], 2000, 'plain_text');
      if ('hint' in value) textObject(say, 'input hint', value['hint'], 2000, 'plain_text');
      if (bodyOf(value['element'])['type'] === 'button') say('an input cannot hold a button');
      return element(say, bodyOf(value['element']));
    case 'table':
      return table(say, value);
    case 'markdown':
      return length(say, 'markdown text', value['text'], 12_000);
    case 'rich_text':
      return count(say, 'rich_text elements', value['elements'], 1000);
    default:
      say(`unknown block ${type || JSON.stringify(value).slice(0, 80)}`);
  }
}

function section(say: Say, value: Body) {
  const { text, fields, accessory } = value;
  if (text === undefined && fields === undefined) say('a section has neither text nor fields');
  if (text !== undefined) textObject(say, 'section text', text, 3000);
  if (fields !== undefined) {
    count(say, 'section fields', fields, 10);
    for (const field of listOf(fields)) textObject(say, 'section field', field, 2000);
  }
  if (accessory !== undefined) element(say, bodyOf(accessory));
}

/**
 * 100 rows of 20 cells, 10,000 characters over all of them.
 * https://docs.slack.dev/reference/block-kit/blocks/table-block
 */
function table(say: Say, value: Body) {
  count(say, 'table rows', value['rows'], 100);
  const rows = Array.isArray(value['rows']) ? value['rows'] : [];
  let letters = 0;
  for (const row of rows) {
    count(say, 'cells in a table row', row, 20);
    for (const cell of listOf(row)) {
      if (cell['type'] === 'raw_text') {
        if (textOf(cell['text']) === '') say('a table cell is empty');
        letters += textOf(cell['text']).length;
      } else if (cell['type'] !== 'rich_text') say(`a table cell is ${String(cell['type'])}`);
      else letters += JSON.stringify(cell).length;
    }
  }
  if (letters > 10_000) say(`the table has ${letters} characters, 10000 are allowed`);
  const columns = value['column_settings'];
  if (Array.isArray(columns) && columns.length > 20) say('more than 20 column_settings');
}

export function unique(say: Say, what: string, ids: readonly unknown[]) {
  const seen = new Set<unknown>();
  for (const id of ids) {
    if (id !== undefined && seen.has(id)) say(`${what} ${String(id)} occurs twice`);
    seen.add(id);
  }
}

/** What a person reads in the blocks, by which Slack measures a message. */
export function wordsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (!isBody(value)) return [];
  return Object.entries(value).flatMap(([key, held]) =>
    (key === 'text' || key === 'alt_text') && typeof held === 'string' ? [held] : wordsIn(held),
  );
}
