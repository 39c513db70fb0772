import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { carriedBy } from '../../../../src/platforms/slack/render/actions.ts';
import { toHome } from '../../../../src/platforms/slack/render/home.ts';
import {
  blockIdOf,
  type Message,
  toMessage,
} from '../../../../src/platforms/slack/render/message.ts';
import { NEWER } from '../../../../src/platforms/slack/render/newer.ts';
import { CARDS } from '../../../cards/every-card.ts';
import { tries } from '../../../sweep.ts';
import { anyCard, anyText } from './anything.ts';
import { faultsOf, RULES } from './rules.ts';

/** Shrinking a card of thousands of items would take longer than reading it. */
const RUNS = { ...tries(100), endOnFailure: true };
const FILES = new Map([['a'.repeat(64), 'F012AB3CDE']]);
const avoid = fc.subarray([...NEWER]).map((kinds) => new Set(kinds));
const options = fc.record(
  { key: anyText, pictures: fc.constant(FILES), avoid },
  { requiredKeys: [] },
);

const buttonsOf = ({ blocks }: Message) =>
  blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

/** Plans and their tasks have a title that is plain text. */
const WORDS = new Set(['text', 'title']);

/** All visible characters, without what only machines read. */
function shownBy(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, one]) => (WORDS.has(key) && typeof one === 'string' ? `${one}\n` : shownBy(one)))
    .join('');
}

/** What a reader sees: entities are decoded. */
function asRead({ blocks }: Message): string {
  return shownBy(blocks)
    .replaceAll('\u2060', '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Items of which a card shows each one, or says how many more there are. */
function accounted(message: Message, thing: string, all: number, seen: number) {
  const left = new RegExp(`… ([\\d,]+) more ${thing}s?:`).exec(shownBy(message.blocks));
  expect(seen + Number((left?.[1] ?? '0').replaceAll(',', ''))).toBe(all);
}

describe('any card in Slack', () => {
  it('is a message that Slack takes, with all that matters in it', () => {
    fc.assert(
      fc.property(anyCard, options, (card, given) => {
        const message = toMessage(card, given);
        expect(faultsOf(RULES.message, message)).toBe('');
        expect(toMessage(card, given)).toEqual(message);
        expect(JSON.stringify(message)).not.toMatch(/<[!@#]/);
        expect(message.blocks[0]?.block_id).toBe(
          given.key === undefined ? undefined : blockIdOf(given.key),
        );
      }),
      RUNS,
    );
  });

  it('shows its title up to the limit, in the blocks and in the fallback', () => {
    const words = fc.stringMatching(/^[a-z0-9]{1,9}( [a-z0-9]{1,9}){0,60}$/);
    fc.assert(
      fc.property(words, anyCard, (title, card) => {
        const { text, blocks } = toMessage({ ...card, title });
        expect(text).toContain(title);
        const shown = shownBy(blocks).replaceAll(/…\s*…/g, ' ').replaceAll(/\s+/g, ' ');
        expect(shown).toContain(title);
      }),
      RUNS,
    );
  });

  it('has buttons with the given values, and every action or a note on it', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const actions = card.actions ?? [];
        const message = toMessage(card);
        const carried = buttonsOf(message).map(
          (one) => 'value' in one && carriedBy(String(one.value)),
        );
        const given = actions.map(({ command, argument }) => ({ command, argument }));
        for (const one of carried) expect(given).toContainEqual(one);
        const typed = message.blocks.filter((block) => /"code":true/.test(JSON.stringify(block)));
        accounted(message, 'action', actions.length, carried.length + typed.length);
      }),
      RUNS,
    );
  });

  it('says how many facts, rows and pictures it leaves out', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const n = (thing: string) => `${thing} that is shown`;
        const facts = (card.facts ?? []).map((_, i) => ({
          label: `L${i}`,
          value: 'v'.repeat(i % 900) || 'v',
        }));
        const rows = (card.table?.rows ?? []).map((row, i) => [`R${i};`, n('row'), ...row]);
        const table = { columns: ['Row'], rows };
        const pictures = card.pictures ?? [];
        const whole = { ...card, facts, table, pictures };
        const message = toMessage(whole, { pictures: FILES });
        const fields = message.blocks.flatMap((block) =>
          block.type === 'section' ? (block.fields ?? []) : [],
        );
        accounted(message, 'fact', facts.length, fields.length);
        const shown = shownBy(message.blocks);
        accounted(message, 'row', rows.length, shown.match(/\brow that is shown/g)?.length ?? 0);
        const all = message.blocks.flatMap((block) =>
          block.type === 'container' ? block.child_blocks : [block],
        );
        const seen = all.filter(
          (block) => block.type === 'image' || shownBy(block).startsWith('Picture: '),
        );
        accounted(message, 'picture', pictures.length, seen.length);
      }),
      RUNS,
    );
  });

  it('shows a text whole, or says how much of it is missing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40_000 }), anyCard, (length, card) => {
        const text = 'Q'.repeat(length);
        const message = toMessage({ ...card, title: 'a title', text, facts: [], footer: '' });
        const left = /… ([\d,]+) more characters?:/.exec(shownBy(message.blocks))?.[1] ?? '0';
        const sections = message.blocks.map((block) =>
          block.type === 'section' ? shownBy(block) : '',
        );
        const seen =
          sections
            .join('')
            .match(/Q{2,}|\bQ\b/g)
            ?.join('').length ?? 0;
        expect(seen + Number(left.replaceAll(',', ''))).toBe(length);
      }),
      RUNS,
    );
  });

  it('fits into the Home tab with others, and omitted cards are counted', () => {
    fc.assert(
      fc.property(fc.array(anyCard, { maxLength: 30 }), (cards) => {
        const home = toHome(cards);
        expect(faultsOf(RULES.home, home)).toBe('');
        expect(home).toEqual(toHome(cards));
      }),
      tries(15),
    );
  });
});

describe('every card of ours in Slack', () => {
  it.each(CARDS)('%s', (_, states) => {
    fc.assert(
      fc.property(states, options, ({ card }, given) => {
        const message = toMessage(card, given);
        expect(faultsOf(RULES.message, message)).toBe('');
        expect(buttonsOf(message)).toHaveLength(card.actions?.length ?? 0);
        const read = asRead(message);
        const said = [card.title, card.text ?? '', card.footer ?? '', card.progress?.words ?? ''];
        const labels = (card.actions ?? []).map(({ label }) => label);
        const facts = (card.facts ?? []).flatMap(({ label, value }) => [label, value]);
        for (const part of [...said, ...labels, ...facts]) expect(read).toContain(part.trim());
        for (const { alt } of card.pictures ?? []) expect(read).toContain(alt.trim());
        for (const cell of card.table?.rows.flat() ?? []) expect(read).toContain(cell.trim());
      }),
      tries(40),
    );
  });
});
