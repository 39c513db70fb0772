import { count, element, image, length, type Say, textObject } from './elements.ts';
import { type Body, bodyOf, isBody, listOf, textOf } from './json.ts';

/** Checks one block against its reference page. https://docs.slack.dev/reference/block-kit/blocks */
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
    case 'data_table':
      return dataTable(say, value);
    case 'container':
      return container(say, value);
    case 'plan':
      return plan(say, value);
    case 'task_card':
      return taskCard(say, value);
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

/** Also for all tables of a message together. */
const TABLE_LETTERS = 10_000;

/** 100 rows of 20 cells, 10,000 characters in total. https://docs.slack.dev/reference/block-kit/blocks/table-block */
function table(say: Say, value: Body) {
  count(say, 'table rows', value['rows'], 100);
  cells(say, value['rows']);
  const columns = value['column_settings'];
  if (Array.isArray(columns) && columns.length > 20) say('more than 20 column_settings');
}

/**
 * A header, then 1 to 100 rows of the same length; 1 to 20 cells, 10,000 characters in total.
 * https://docs.slack.dev/reference/block-kit/blocks/data-table-block
 */
function dataTable(say: Say, value: Body) {
  const { rows, caption, page_size: page = 5, row_header_column_index: named = 0 } = value;
  count(say, 'rows of a data_table', rows, 101);
  if (textOf(caption).trim() === '') say('a data_table has no caption');
  if (!Number.isInteger(page) || Number(page) < 1 || Number(page) > 100) say('page_size');
  if (!Array.isArray(rows)) return;
  if (rows.length < 2) say('a data_table needs a row below its header');
  const widths = new Set(rows.map((row: unknown) => (Array.isArray(row) ? row.length : 0)));
  if (widths.size > 1) say('the rows of a data_table are not of one length');
  if (!Number.isInteger(named) || Number(named) >= Math.max(...widths))
    say('row_header_column_index');
  for (const cell of listOf(rows[0]))
    if (cell['type'] === 'rich_text') say('a header cell is rich_text');
  cells(say, rows);
}

function cells(say: Say, value: unknown) {
  const rows = Array.isArray(value) ? value : [];
  for (const row of rows) {
    count(say, 'cells in a table row', row, 20);
    for (const cell of listOf(row)) {
      const type = textOf(cell['type']);
      if (!['raw_text', 'raw_number', 'rich_text'].includes(type)) say(`a table cell is ${type}`);
      if (type !== 'rich_text' && textOf(cell['text']) === '') say('a table cell is empty');
      if (type === 'raw_number' && !Number.isFinite(cell['value']))
        say('a raw_number has no value');
    }
  }
  const letters = lettersOf(rows);
  if (letters > TABLE_LETTERS)
    say(`the table has ${letters} characters, ${TABLE_LETTERS} are allowed`);
}

/** Characters in the cells of these tables. */
function lettersOf(rows: unknown): number {
  return wordsIn(rows).join('').length;
}

/** In all tables of a message, at any depth. */
export function tableLetters(blocks: unknown): number {
  const found = listOf(blocks).flatMap((one) => [one, ...listOf(one['child_blocks'])]);
  return found.reduce((sum, one) => sum + lettersOf(one['rows']), 0);
}

/** What both Slack's page and its validator accept within a container. */
const CHILDREN = ['actions', 'context', 'divider', 'header', 'image', 'section', 'table', 'video'];

/** https://docs.slack.dev/reference/block-kit/blocks/container-block */
function container(say: Say, value: Body) {
  const { title, rich_text_title: rich, child_blocks: children } = value;
  if (title === undefined && rich === undefined) say('a container has no title');
  if (title !== undefined) textObject(say, 'container title', title, 150, 'plain_text');
  if ('subtitle' in value) textObject(say, 'container subtitle', value['subtitle'], 150);
  count(say, 'child_blocks', children, 10);
  for (const child of listOf(children)) {
    if (!CHILDREN.includes(textOf(child['type']))) say(`a container holds ${child['type']}`);
    block(say, child);
  }
  const collapsible = value['is_collapsible'] === true;
  if (value['default_collapsed'] === true && !collapsible) say('only is_collapsible collapses');
  if (value['has_header_divider'] === true && collapsible) say('has_header_divider collapses not');
}

/** https://docs.slack.dev/reference/block-kit/blocks/plan-block */
function plan(say: Say, value: Body) {
  if (textOf(value['title']) === '') say('a plan has no title');
  const tasks = listOf(value['tasks']);
  for (const task of tasks) {
    if (task['type'] !== 'task_card') say(`a plan holds ${task['type']}`);
    block(say, task);
  }
  unique(
    say,
    'task_id',
    tasks.map((task) => task['task_id']),
  );
}

const STATUSES = ['pending', 'in_progress', 'complete', 'error'];

/** https://docs.slack.dev/reference/block-kit/blocks/task-card-block */
function taskCard(say: Say, value: Body) {
  for (const key of ['task_id', 'title'])
    if (textOf(value[key]) === '') say(`a task_card has no ${key}`);
  if (!STATUSES.includes(textOf(value['status']))) say(`a task_card is ${value['status']}`);
  for (const key of ['details', 'output'])
    if (key in value && bodyOf(value[key])['type'] !== 'rich_text') say(`${key} is no rich_text`);
}

export function unique(say: Say, what: string, ids: readonly unknown[]) {
  const seen = new Set<unknown>();
  for (const id of ids) {
    if (id !== undefined && seen.has(id)) say(`${what} ${String(id)} occurs twice`);
    seen.add(id);
  }
}

const WORDS = ['text', 'alt_text', 'title', 'caption'];

/** The visible text of the blocks, by which Slack measures a message. */
export function wordsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(wordsIn);
  if (!isBody(value)) return [];
  return Object.entries(value).flatMap(([key, held]) =>
    WORDS.includes(key) && typeof held === 'string' ? [held] : wordsIn(held),
  );
}
