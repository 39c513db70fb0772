import { describe, expect, it } from 'vitest';
import type { Card } from '../../../../src/core/card.ts';
import { carriedBy } from '../../../../src/platforms/slack/render/actions.ts';
import { blockIdOf, toMessage } from '../../../../src/platforms/slack/render/message.ts';
import { NEWER } from '../../../../src/platforms/slack/render/newer.ts';
import { faultsOf, RULES } from './rules.ts';

const CARD: Card = {
  title: 'Approve flights v7 for production?',
  tone: 'note',
  text: 'Better on <late> flights & no slower.',
  facts: [
    { label: 'Requested by', value: 'ann' },
    { label: 'Parameters', value: 'max_depth=3, rate=0.05' },
    { label: 'Reason', value: '*because* of :x: and `code`' },
  ],
  table: {
    columns: ['Metric', 'Champion', 'Challenger'],
    rows: [
      ['AUC (primary)', '0.6951', '0.7213'],
      ['模型', '–', ''],
    ],
  },
  pictures: [{ sha256: 'a'.repeat(64), alt: 'Two curves, v7 above v6.', width: 800, height: 400 }],
  actions: [
    { label: 'Approve', command: 'approve', argument: 'ap-1', style: 'primary', confirm: 'Sure?' },
    { label: 'Say why', command: 'reject', argument: `ap-1 "${'because '.repeat(260)}"` },
  ],
  reactions: [
    { emoji: 'white_check_mark', meaning: 'approve' },
    { emoji: 'x', meaning: 'reject' },
  ],
  footer: 'ap-1 · evidence acea033ba3ec',
};

const blocksOf = (card: Partial<Card>, options = {}) =>
  toMessage({ title: 'A title', tone: 'note', ...card }, options).blocks;
/** As Slack shows it if it refuses newer kinds of block. */
const oldBlocksOf = (card: Partial<Card>) => blocksOf(card, { avoid: new Set(NEWER) });
const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });

describe('slack/render/message', () => {
  it('notifies accounts and groups only by elements, and nobody by text', () => {
    const slack = { platform: 'slack', user: 'U02ABC' };
    const accounts = [slack, { platform: 'discord', user: '4711' }, { ...slack, user: '<!here>' }];
    const groups = [{ platform: 'slack', group: 'S0123' }];
    const [, called] = blocksOf({ mention: { words: '<!channel>', accounts, groups } });
    expect(called).toMatchObject({
      elements: [
        {
          elements: [
            { text: 'Calling ' },
            { type: 'user', user_id: 'U02ABC' },
            { text: ' ' },
            { type: 'usergroup', usergroup_id: 'S0123' },
          ],
        },
      ],
    });
    const elsewhere = { words: 'Ada', accounts: [{ platform: 'discord', user: '1' }], groups: [] };
    expect(blocksOf({ mention: elsewhere })).toHaveLength(1);
  });

  it('shows a card from its title to its footer, in that order', () => {
    const { blocks } = toMessage(CARD, {
      pictures: new Map([['a'.repeat(64), 'F01']]),
    });
    expect(blocks.map(({ type }) => type)).toEqual([
      'header',
      'section',
      'section',
      'data_table',
      'image',
      'actions',
      'rich_text',
      'rich_text',
      'context',
    ]);
    expect(blocks[0]).toEqual({ type: 'header', text: plain(`ℹ️ ${CARD.title}`) });
    expect(blocks[1]).toEqual({ type: 'section', text: plain(CARD.text ?? '') });
    expect(blocks[8]).toEqual({ type: 'context', elements: [plain(CARD.footer ?? '')] });
    expect(faultsOf(RULES.message, toMessage(CARD))).toBe('');
  });

  it('says everything in the fallback too, escaped', () => {
    const { text } = toMessage(CARD);
    for (const part of [
      'Approve flights v7 for production?',
      'Better on &lt;late&gt; flights &amp; no slower.',
      'Parameters: max_depth=3, rate=0.05',
      'AUC (primary); Champion 0.6951; Challenger 0.7213',
      'Picture: Two curves, v7 above v6.',
      'Approve: /approve ap-1',
    ])
      expect(text).toContain(part);
    expect(toMessage({ ...CARD, text: 'x'.repeat(9000) }).text).toMatch(/… \(more in the message/);
  });

  it('sets labels in bold if that cannot change the value', () => {
    expect(blocksOf({ facts: CARD.facts ?? [] })[1]).toEqual({
      type: 'section',
      fields: [
        { type: 'mrkdwn', text: '*Requested by*\nann', verbatim: true },
        { type: 'mrkdwn', text: '*Parameters*\nmax_depth=3, rate=0.05', verbatim: true },
        plain('Reason\n*because* of :x: and `code`'),
      ],
    });
  });

  it('sets a table that readers sort by value and page, without an empty cell', () => {
    const columns = ['Metric', 'v7', 'Rows', 'Error', 'Since'];
    const row = (n: number) => [`m${n}`, 'v12', '18,200', '−0.0011', n === 1 ? '' : '12.5 min'];
    const rows = Array.from({ length: 12 }, (_, n) => row(n));
    const [, table] = blocksOf({ table: { columns, rows, caption: 'Metrics of <v7>' } });
    expect(table).toMatchObject({ type: 'data_table', caption: 'Metrics of <v7>', page_size: 10 });
    const cells = table?.type === 'data_table' ? table.rows : [];
    const text = (said: string) => ({ type: 'raw_text', text: said });
    const number = (value: number, said: string) => ({ type: 'raw_number', value, text: said });
    expect(cells[0]).toEqual(columns.map(text));
    expect(cells[2]).toEqual([
      text('m1'),
      number(12, 'v12'),
      number(18_200, '18,200'),
      number(-0.0011, '−0.0011'),
      text('–'),
    ]);
    expect(cells[3]?.[4]).toEqual(text('12.5 min'));
    const [, titled] = blocksOf({ table: { columns, rows } });
    expect(titled).toMatchObject({ caption: 'A title' });
  });

  it.each([
    ['rows', 101, 1, 1],
    ['columns', 2, 21, 1],
    ['letters', 30, 2, 200],
  ])('sets a table of too many %s the old way, with all that fits', (_, n, width, letters) => {
    const columns = Array.from({ length: width }, (_, at) => `c${at}`);
    const rows = Array.from({ length: n }, (_, at) =>
      columns.map(() => `${at}`.padEnd(letters, 'x')),
    );
    const types = blocksOf({ table: { columns, rows } }).map(({ type }) => type);
    expect(types).toContain('rich_text');
    expect(types).not.toContain('data_table');
  });

  it('folds the evidence under the verdict, and shows it where Slack folds nothing', () => {
    const evidence = {
      ...(CARD.table && { table: CARD.table }),
      pictures: CARD.pictures ?? [],
      folded: { title: 'Evidence: 2 metrics and a chart' },
    };
    const pictures = new Map([['a'.repeat(64), 'F01']]);
    const [, fold, ...rest] = blocksOf(evidence, { pictures });
    expect(fold).toMatchObject({
      type: 'container',
      title: plain('Evidence: 2 metrics and a chart'),
      is_collapsible: true,
      default_collapsed: true,
      child_blocks: [{ type: 'table', rows: { length: 3 } }, { type: 'image' }],
    });
    expect(rest).toEqual([]);
    const { folded: _, ...unfolded } = evidence;
    expect(oldBlocksOf(evidence)).toEqual(oldBlocksOf(unfolded));
  });

  it('shows the steps of a run, and how far it is in their title', () => {
    const progress = { share: 0.42, words: 'tree 40 of 100' };
    const steps = [
      { title: 'Prepare the data', status: 'done' },
      { title: 'Train the model', status: 'running' },
      { title: 'Evaluate it', status: 'pending' },
    ] as const;
    const [, plan] = blocksOf({ progress, steps });
    expect(plan).toEqual({
      type: 'plan',
      title: '▓▓▓▓░░░░░░ 42%, tree 40 of 100',
      tasks: [
        { type: 'task_card', task_id: 'step:0', title: 'Prepare the data', status: 'complete' },
        { type: 'task_card', task_id: 'step:1', title: 'Train the model', status: 'in_progress' },
        { type: 'task_card', task_id: 'step:2', title: 'Evaluate it', status: 'pending' },
      ],
    });
    expect(oldBlocksOf({ progress, steps })).toEqual(oldBlocksOf({ progress }));
  });

  it('shows the steps of a whole as a plan, and as lines where Slack takes none', () => {
    const plan = {
      title: '1 of 3 steps done',
      steps: [
        { title: 'Check the data: no new data', status: 'done' },
        { title: 'Train: it *broke*', status: 'failed' },
        { title: 'Evaluate', status: 'pending' },
      ],
    } as const;
    const [, block] = blocksOf({ plan });
    expect(block).toMatchObject({
      ...{ type: 'plan', title: '1 of 3 steps done' },
      tasks: [{ status: 'complete' }, { title: 'Train: it *broke*', status: 'error' }, {}],
    });
    const lines = '✓ Check the data: no new data\n✗ Train: it *broke*\n○ Evaluate';
    expect(JSON.stringify(oldBlocksOf({ plan }))).toContain(JSON.stringify(lines).slice(1, -1));
  });

  it('sets a narrow table in columns, as wide as they look', () => {
    const [, table] = oldBlocksOf(CARD.table ? { table: CARD.table } : {});
    expect(table).toEqual({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_preformatted',
          elements: [
            {
              type: 'text',
              text: [
                'Metric         Champion  Challenger',
                '─────────────  ────────  ──────────',
                'AUC (primary)  0.6951    0.7213',
                '模型           –',
              ].join('\n'),
            },
          ],
        },
      ],
    });
  });

  it('sets a wide table as labelled lines, without the empty cells', () => {
    const words = 'auc 0.7213 is no worse than the 0.6951 of v6, which is live in production';
    const table = {
      columns: ['Gate', 'Result', 'In words'],
      rows: [
        ['no-worse', '✓ passed', words],
        ['fresh', '', 'yes'],
      ],
    };
    expect(oldBlocksOf({ table })[1]).toEqual({
      type: 'rich_text',
      elements: [
        {
          type: 'rich_text_section',
          elements: [
            { type: 'text', text: 'no-worse', style: { bold: true } },
            { type: 'text', text: `\nResult: ✓ passed\nIn words: ${words}` },
            { type: 'text', text: '\n\n' },
            { type: 'text', text: 'fresh', style: { bold: true } },
            { type: 'text', text: '\nIn words: yes' },
          ],
        },
      ],
    });
  });

  it('sets the figures and names of a wide table on one line a row, for a phone', () => {
    const columns = ['Run', 'What', 'Model', 'Status', 'By', 'Data', 'Asked (UTC)'];
    const data = '1 May 2001 to 31 May 2001';
    const row = ['run-t0vpf17y', 'train', 'flights', 'queued', 'lead', data, '1 Mar 2026 10:00'];
    expect(JSON.stringify(oldBlocksOf({ table: { columns, rows: [row] } })[1])).toContain(
      `What: train · Model: flights · Status: queued · By: lead · Data: ${data} · Asked (UTC): 1 Mar`,
    );
  });

  it('says how many rows are missing, and where they are', () => {
    const rows = Array.from({ length: 900 }, (_, i) => [`run-${i}`, 'train', 'flights']);
    const blocks = oldBlocksOf({ table: { columns: ['Run', 'What', 'Model'], rows } });
    const shown = JSON.stringify(blocks).match(/run-\d+/g)?.length ?? 0;
    expect(shown).toBeGreaterThan(150);
    expect(blocks.at(-1)).toEqual({
      type: 'context',
      elements: [
        plain(`… ${900 - shown} more rows: the web page and the terminal show all of it.`),
      ],
    });
  });

  it.each([
    ['progress', 'Training flights', '⏳ Training flights'],
    ['progress', 'flights: queue', '⏳ Working: flights: queue'],
    ['success', 'flights v7 is trained', '✅ flights v7 is trained'],
    ['success', 'flights v7 is better than v6', '✅ flights v7 is better than v6'],
    ['success', 'No open alerts.', '✅ No open alerts.'],
    ['success', 'Dev acknowledged it', '✅ Done: Dev acknowledged it'],
    ['warning', '1 request, 1 waiting for your vote', '⚠️ 1 request, 1 waiting for your vote'],
    ['warning', 'Data drift: flights', '⚠️ Data drift: flights'],
    ['warning', 'flights is back on v6', '⚠️ Warning: flights is back on v6'],
    ['danger', 'Training flights failed', '🛑 Training flights failed'],
    ['danger', 'No answer', '🛑 Problem: No answer'],
  ] as const)('says the tone %s of "%s" in words', (tone, title, shown) => {
    expect(blocksOf({ tone, title })[0]).toMatchObject({ text: plain(shown) });
  });

  it('sets a single line as a line, and a long title below its headline', () => {
    expect(blocksOf({})).toEqual([{ type: 'section', text: plain('ℹ️ A title') }]);
    const title = `${'so many words '.repeat(14)}end`;
    expect(blocksOf({ title, footer: 'id' }).slice(0, 2)).toEqual([
      { type: 'header', text: plain(`ℹ️ ${'so many words '.repeat(10)}so…`) },
      { type: 'section', text: plain(`…${'many words so '.repeat(3)}many words end`) },
    ]);
  });

  it('shows how far it is in words as well', () => {
    const [, bar] = blocksOf({ progress: { share: 0.42, words: 'reading the data' } });
    expect(bar).toEqual({ type: 'section', text: plain('▓▓▓▓░░░░░░ 42%, reading the data') });
  });

  it('says what a picture shows that Slack does not have yet', () => {
    const [, picture] = blocksOf({ pictures: CARD.pictures ?? [] });
    expect(picture).toEqual({
      type: 'context',
      elements: [plain('Picture: Two curves, v7 above v6.')],
    });
    const [, image] = blocksOf(
      { pictures: CARD.pictures ?? [] },
      { pictures: new Map([['a'.repeat(64), 'F01']]) },
    );
    expect(image).toMatchObject({
      slack_file: { id: 'F01' },
      alt_text: 'Two curves, v7 above v6.',
      title: plain('Two curves, v7 above v6.'),
    });
    const alt = 'Many metrics, one after the other. '.repeat(9).trim();
    const [, long] = blocksOf(
      { pictures: [{ sha256: 'a'.repeat(64), alt, width: 1, height: 1 }] },
      { pictures: new Map([['a'.repeat(64), 'F01']]) },
    );
    expect(long).toEqual({ type: 'image', slack_file: { id: 'F01' }, alt_text: alt });
  });

  it('gives a button its command, and shows a command that is too long as text', () => {
    const [, actions, typed] = blocksOf({ actions: CARD.actions ?? [] });
    expect(actions).toEqual({
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: 'do:0',
          text: plain('Approve'),
          value: '{"command":"approve","argument":"ap-1"}',
          style: 'primary',
          confirm: {
            title: plain('Approve'),
            text: plain('Sure?'),
            confirm: plain('Approve'),
            deny: plain('Cancel'),
            style: 'primary',
          },
        },
      ],
    });
    expect(JSON.stringify(typed)).toContain('Say why: type ');
    expect(JSON.stringify(typed)).toContain('/reject ap-1');
  });

  it('carries what a button does through any entity, and nothing that is not ours', () => {
    const argument = 'a & b <c> "d" \ud83d';
    const [, actions] = blocksOf({ actions: [{ label: 'x', command: 'y', argument }] });
    const value = JSON.stringify(actions).match(/"value":("(?:[^"\\]|\\.)*")/)?.[1] ?? '';
    expect(carriedBy(JSON.parse(value))).toEqual({ command: 'y', argument });
    for (const other of ['', 'no', '{}', '{"command":1,"argument":"a"}', 'null'])
      expect(carriedBy(other)).toBeUndefined();
  });

  it('shows the meaning of reactions next to their emoji', () => {
    const [, hint] = blocksOf({ reactions: CARD.reactions ?? [] });
    expect(hint).toMatchObject({
      elements: [
        {
          elements: [
            { text: 'React with ' },
            { type: 'emoji', name: 'white_check_mark' },
            { text: ' to approve' },
            { text: ', ' },
            { type: 'emoji', name: 'x' },
            { text: ' to reject' },
          ],
        },
      ],
    });
  });

  it('marks its first block with the key', () => {
    const id = blockIdOf('run:run-1');
    expect(id).toMatch(/^key:[0-9a-f]{32}$/);
    expect(blockIdOf('run:run-2')).not.toBe(id);
    expect(toMessage(CARD, { key: 'run:run-1' }).blocks[0]).toMatchObject({ block_id: id });
  });
});
