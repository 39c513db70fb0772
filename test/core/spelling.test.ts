import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import type { Dispatch } from '../../src/core/platform.ts';
import { respell, respellForm, spelled } from '../../src/core/spelling.ts';
import { toMessage as toDiscord } from '../../src/platforms/discord/render/message.ts';
import { toMessage as toSlack } from '../../src/platforms/slack/render/message.ts';
import { CARDS } from '../cards/every-card.ts';
import { scriptedDispatch } from '../fakes/dispatch.ts';

const NAMES = commands.map(({ name }) => name);
const prefixed = (command: string) => `/ml-${command}`;

describe('core/spelling', () => {
  it.each([
    ['/train flights', '/ml-train flights'],
    ['Say "/link 7K2F" (or /help).', 'Say "/ml-link 7K2F" (or /ml-help).'],
    ['Usage: /train MODEL', 'Usage: /ml-train MODEL'],
    ['https://host/train and a/train', 'https://host/train and a/train'],
    ['/training and /train-it', '/training and /train-it'],
    ['12/runs of 3', '12/runs of 3'],
  ])('%s', (text, said) => {
    const card = respell({ title: text, tone: 'note', text, footer: text }, NAMES, prefixed);
    expect(card).toEqual({ title: said, tone: 'note', text: said, footer: said });
  });

  it('writes the commands of buttons too, where they are to be typed', () => {
    const actions = [
      { label: 'Dismiss', command: 'dismiss', argument: 'p-1' },
      { label: 'Too long', command: 'set', argument: `flights ${'x'.repeat(2050)}` },
    ];
    const card = respell({ title: 'Proposed', tone: 'note', actions }, NAMES, prefixed);
    const onSlack = toSlack(card);
    expect(onSlack.text).toContain('Dismiss: /ml-dismiss p-1');
    expect(JSON.stringify(onSlack.blocks)).toContain('/ml-set flights');
    expect(JSON.stringify(toDiscord(card))).toContain('/ml-set flights');
  });

  it('writes the commands of forms, and leaves what is submitted', () => {
    const field = { name: '/train', label: 'As in /train', hint: 'See /models', required: true };
    const form = { command: 'train', title: '/train', submit: 'Train', text: 'As /train does' };
    expect(respellForm({ ...form, fields: [{ ...field, kind: 'text' }] }, NAMES, prefixed)).toEqual(
      {
        ...{ ...form, title: '/ml-train', text: 'As /ml-train does' },
        fields: [{ ...field, kind: 'text', label: 'As in /ml-train', hint: 'See /ml-models' }],
      },
    );
  });

  it('writes them in the forms that an adapter is given', async () => {
    const form = { command: 'train', title: 'Train', submit: 'Train', text: '/train', fields: [] };
    let given: Dispatch | undefined;
    const adapter = spelled(
      {
        ...{ name: 'elsewhere', spell: prefixed, post: async () => 'm-1' },
        ...{ edit: async () => {}, stop: async () => {} },
        start: async (dispatch) => {
          given = dispatch;
        },
      },
      NAMES,
    );
    await adapter.start(scriptedDispatch({ form: () => form }));
    const from = { platform: 'elsewhere', channel: 'ml' };
    const by = { platform: 'elsewhere', user: 'ada' };
    const filling = { command: 'train', given: {}, from, by };
    expect(await given?.form(filling)).toEqual({ ...form, text: '/ml-train' });
  });

  it.each(CARDS)('does not change what buttons carry: %s', (_name, states) => {
    fc.assert(
      fc.property(states, ({ card }) => {
        const said = respell(card, NAMES, prefixed);
        const carried = (actions = card.actions) =>
          actions?.map(({ command, argument }) => ({ command, argument }));
        expect(carried(said.actions)).toEqual(carried());
        expect(respell(card, NAMES, (command) => `/${command}`)).toEqual(card);
      }),
      { numRuns: 20 },
    );
  });
});
