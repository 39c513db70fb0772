import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../commands/index.ts';
import { respell } from '../../src/core/spelling.ts';
import { toMessage as toDiscord } from '../../src/platforms/discord/render/message.ts';
import { toMessage as toSlack } from '../../src/platforms/slack/render/message.ts';
import { CARDS } from '../cards/every-card.ts';

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
