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
  ])('allows as much of %s as Slack does', (_, good, bad) => {
    expect(inMessage(good)).toBe(0);
    expect(inMessage(bad)).toBeGreaterThan(0);
  });

  it('counts blocks, and wants their ids to differ', () => {
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
