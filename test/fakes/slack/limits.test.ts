import { describe, expect, it } from 'vitest';
import { faultsIn } from './limits.ts';
import { button, section } from './visitors.ts';

describe('fakes/slack/limits', () => {
  const plain = (text: string) => ({ type: 'plain_text', text });
  const inMessage = (...blocks: unknown[]) =>
    faultsIn('chat.postMessage', { channel: 'C1', text: 'x', blocks }).length;
  const held = (element: object) => ({ type: 'actions', elements: [element] });
  const menu = (n: number, more: object = {}) => ({
    type: 'static_select',
    action_id: 'm',
    options: Array.from({ length: n }, (_, at) => ({
      text: plain(`o${at}`),
      value: `${at}`,
      ...more,
    })),
  });
  const x = (n: number) => 'x'.repeat(n);

  const cell = (text: string) => ({ type: 'raw_text', text });
  const dataTable = (rows: number, cells = 1, letters = 1) => ({
    ...{ type: 'data_table', caption: 'x' },
    rows: Array.from({ length: rows }, () => Array(cells).fill(cell(x(letters)))),
  });
  const container = (n: number, child: object = { type: 'divider' }) => ({
    ...{ type: 'container', title: plain('x') },
    child_blocks: Array(n).fill(child),
  });
  const task = (id: string) => ({ type: 'task_card', task_id: id, title: 'x', status: 'pending' });
  const plan = (...ids: string[]) => ({ type: 'plan', title: 'x', tasks: ids.map(task) });

  it.each([
    ['header', { type: 'header', text: plain(x(150)) }, { type: 'header', text: plain(x(151)) }],
    [
      'field',
      { type: 'section', fields: [plain(x(2000))] },
      { type: 'section', fields: [plain(x(2001))] },
    ],
    ['button', held(button('a', x(75))), held(button('a', x(76)))],
    ['button value', held(button('a', 'b', x(2000))), held(button('a', 'b', x(2001)))],
    ['action_id', held(button(x(255), 'b')), held(button(x(256), 'b'))],
    ['options', held(menu(100)), held(menu(101))],
    ['option value', held(menu(1, { value: x(150) })), held(menu(1, { value: x(151) }))],
    ['option text', held(menu(1, { text: plain(x(75)) })), held(menu(1, { text: plain(x(76)) }))],
    ['block_id', { type: 'divider', block_id: x(255) }, { type: 'divider', block_id: x(256) }],
    [
      'alt_text',
      { type: 'image', image_url: 'https://x', alt_text: x(2000) },
      { type: 'image', image_url: 'https://x', alt_text: x(2001) },
    ],
    [
      'table rows',
      { type: 'table', rows: Array.from({ length: 100 }, () => [{ type: 'raw_text', text: 'x' }]) },
      { type: 'table', rows: Array.from({ length: 101 }, () => [{ type: 'raw_text', text: 'x' }]) },
    ],
    ['data_table rows', dataTable(101), dataTable(102)],
    ['data_table without rows', dataTable(2), dataTable(1)],
    ['data_table cells', dataTable(2, 20), dataTable(2, 21)],
    ['data_table letters', dataTable(2, 2, 2500), dataTable(2, 2, 2501)],
    ['data_table pages', { ...dataTable(2), page_size: 100 }, { ...dataTable(2), page_size: 101 }],
    ['data_table captions', dataTable(2), { ...dataTable(2), caption: undefined }],
    ['data_table lengths', dataTable(2), { ...dataTable(2), rows: [[cell('a')], []] }],
    ['container blocks', container(10), container(11)],
    ['containers', container(1), container(1, { type: 'rich_text', elements: [{}] })],
    ['containers of tables', container(1), container(1, dataTable(2))],
    ['container titles', container(1), { ...container(1), title: plain(x(151)) }],
    ['plans', plan('a', 'b'), plan('a', 'a')],
    ['plan status', plan('a'), { ...plan('a'), tasks: [{ ...task('a'), status: 'failed' }] }],
  ])('allows as much of %s as Slack does', (_, good, bad) => {
    expect(inMessage(good)).toBe(0);
    expect(inMessage(bad)).toBeGreaterThan(0);
  });

  it('limits the number of blocks, and requires unique IDs', () => {
    const divider = { type: 'divider' };
    expect(inMessage(...Array(50).fill(divider))).toBe(0);
    expect(inMessage(...Array(51).fill(divider))).toBe(1);
    expect(inMessage({ ...divider, block_id: 'a' }, { ...divider, block_id: 'a' })).toBe(1);
  });

  it('takes no mention, wherever it hides, and lets escaped ones be', () => {
    for (const bad of ['<!here>', '<@U1>', '<!subteam^S1|x>', '<!channel|x>'])
      expect(inMessage(section(bad))).toBe(1);
    expect(inMessage(section('&lt;!here&gt; @here <https://x|y>'))).toBe(0);
    expect(inMessage({ type: 'header', text: plain('<!here>') })).toBe(0);
  });
});
