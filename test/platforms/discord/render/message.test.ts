import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Card } from '../../../../src/core/card.ts';
import { carriesMark, markOf } from '../../../../src/platforms/discord/render/mark.ts';
import { toMessage } from '../../../../src/platforms/discord/render/message.ts';
import { parsePress } from '../../../../src/platforms/discord/render/press.ts';
import { CARDS } from '../../../cards/every-card.ts';
import { tries } from '../../../sweep.ts';
import { faultsOf, mentionsIn, ofType, texts } from './check.ts';
import { createFaults, isHere } from './openapi.ts';
import { card as anyCard } from './things.ts';

const CARD: Card = {
  title: 'Approve flights v2 for production?',
  tone: 'note',
  text: 'Better on all that was measured.',
  facts: [
    { label: 'Requested by', value: 'ada' },
    { label: 'Votes (1 approval needed)', value: 'none yet' },
  ],
  table: {
    columns: ['Gate', 'Result'],
    rows: [
      ['auc', '✓ passed'],
      ['log_loss', '✗ failed'],
    ],
  },
  progress: { share: 0.55, words: '1 of 2 votes' },
  pictures: [{ sha256: 'a'.repeat(64), alt: 'ROC curves of both', width: 10, height: 10 }],
  actions: [
    { label: 'Approve', command: 'approve', argument: 'ap-1', style: 'primary', confirm: 'Sure?' },
    { label: 'Compare', command: 'compare', argument: 'flights 1 2' },
  ],
  reactions: [
    { emoji: 'white_check_mark', meaning: 'approve' },
    { emoji: 'x', meaning: 'reject' },
  ],
  footer: 'ap-1 · open until 1 Feb 2001 14:30 UTC',
};
const NAMES = new Map([['a'.repeat(64), 'roc.png']]);

describe('platforms/discord/render/message', () => {
  it('shows all of a card, the words before the colour', () => {
    const body = toMessage(CARD, { pictures: NAMES });
    expect(texts(body)).toEqual([
      '### ℹ️ Approve flights v2 for production?',
      'Better on all that was measured.',
      '**Requested by:** ada\n**Votes (1 approval needed):** none yet',
      '```\nGATE      RESULT\nauc       ✓ passed\nlog_loss  ✗ failed\n```',
      '▰▰▰▰▰▱▱▱▱▱ 55% · 1 of 2 votes',
      '-# React with ✅ approve, ❌ reject',
      '-# ap-1 · open until 1 Feb 2001 14:30 UTC',
    ]);
    expect(ofType(body, 12)).toEqual([
      {
        type: 12,
        items: [{ media: { url: 'attachment://roc.png' }, description: 'ROC curves of both' }],
      },
    ]);
    expect(body.attachments).toEqual([
      { id: '0', filename: 'roc.png', description: 'ROC curves of both' },
    ]);
    expect(ofType(body, 2)).toMatchObject([
      { label: 'Approve', custom_id: 'ask:approve ap-1', style: 1 },
      { label: 'Compare', custom_id: 'do:compare flights 1 2', style: 2 },
    ]);
    expect(body).toMatchObject({ flags: 1 << 15, allowed_mentions: { parse: [] } });
  });

  it('notifies only the listed accounts and roles, and nobody by text', () => {
    const accounts = [
      { platform: 'discord', user: '4711' },
      { platform: 'slack', user: 'U1' },
      { platform: 'discord', user: '@everyone' },
    ];
    const groups = [{ platform: 'discord', group: '99' }];
    const mention = { words: '@everyone', accounts, groups };
    const body = toMessage({ title: 'x <@5>', tone: 'danger', mention });
    expect(texts(body)[1]).toBe('Calling <@&99> <@4711>');
    expect(body.allowed_mentions).toEqual({ parse: [], users: ['4711'], roles: ['99'] });
  });

  it('calls forty of very many, roles first, and says how many more there are', () => {
    const accounts = Array.from({ length: 200 }, (_, at) => ({
      platform: 'discord',
      user: `${10n ** 18n + BigInt(at)}`,
    }));
    const mention = { words: 'all', accounts, groups: [{ platform: 'discord', group: '99' }] };
    const body = toMessage({ title: 'Late', text: 'x'.repeat(9000), tone: 'danger', mention });
    expect(faultsOf(body)).toEqual([]);
    expect(texts(body).join('\n')).toMatch(
      /^Calling <@&99> <@1000000000000000000>.* and 161 more$/m,
    );
    expect(body.allowed_mentions.users).toHaveLength(39);
  });

  it('puts a row that is too wide for columns into a line with labels', () => {
    const wide = 'not worse than v1 on any slice that has at least 100 rows';
    const table = { columns: ['Gate', 'In words'], rows: [['auc', wide]] };
    expect(texts(toMessage({ title: 'x', tone: 'note', table }))[1]).toBe(
      `**auc** · In words: ${wide}`,
    );
  });

  it('says what is missing of what does not fit', () => {
    const body = toMessage({
      title: 'x',
      tone: 'note',
      text: 'word '.repeat(2000),
      facts: Array.from({ length: 400 }, (_, i) => ({ label: `fact ${i}`, value: 'v' })),
      table: { columns: ['n'], rows: Array.from({ length: 999 }, (_, i) => [`row ${i}`]) },
    });
    const [, text = '', facts = '', table = ''] = texts(body);
    const missing = Number(/\(([\d,]+) more characters\)$/.exec(text)?.[1]?.replace(',', ''));
    expect(missing + text.replace(/ … .*$/, '').length).toBeGreaterThanOrEqual(9998);
    const left = Number(/… and (\d+) more facts$/.exec(facts)?.[1]);
    expect(left + facts.split('\n').length - 1).toBe(400);
    expect(table).toMatch(/^```\n[^`]*\n```\n-# … and \d+ more rows$/);
  });

  it('shows a picture that cannot be sent along, and an action without a button, in words', () => {
    const body = toMessage({
      ...CARD,
      actions: [{ label: 'Long', command: 'train', argument: 'a'.repeat(120) }],
    });
    expect(ofType(body, 12)).toEqual([]);
    expect(texts(body)).toContain('**Picture:** ROC curves of both');
    expect(texts(body).join('\n')).toContain(`**Long:** /train ${'a'.repeat(120)}`);
  });

  it('leaves evidence that can be asked for to a button, under a line that sums it up', () => {
    const show = { command: 'approvals', argument: 'ap-1' };
    const body = toMessage({ ...CARD, folded: { title: 'Gates: 1 of 2 passed', show } });
    expect(texts(body)).toContain('Gates: 1 of 2 passed');
    expect(texts(body).join()).not.toContain('log_loss');
    expect(ofType(body, 2).map(({ label }) => label)).toEqual([
      ...['Approve', 'Compare', 'Show the evidence'],
    ]);
    expect(parsePress(String(ofType(body, 2).at(-1)?.['custom_id']))).toEqual({
      kind: 'do',
      ...show,
    });
    const whole = toMessage({ ...CARD, folded: { title: 'Gates: 1 of 2 passed' } });
    expect(texts(whole).join()).toContain('log_loss');
  });

  it('gives two actions that are one press a single button, and loses none', () => {
    const approve = { label: 'Approve', command: 'approve', argument: 'ap-1' };
    const twice = toMessage({
      title: 'x',
      tone: 'note',
      actions: [approve, { ...approve, label: 'Yes' }],
    });
    expect(ofType(twice, 2)).toMatchObject([{ label: 'Approve' }]);
    expect(texts(twice).at(-1)).toContain('**Yes:** /approve ap-1');
    const actions = Array.from({ length: 20 }, (_, i) => ({ ...approve, argument: `ap-${i}` }));
    const many = toMessage({ title: 'x', tone: 'note', actions });
    expect(ofType(many, 1).map(({ components }) => components)).toMatchObject([
      { length: 5 },
      { length: 5 },
      { length: 5 },
    ]);
    expect(
      texts(many)
        .at(-1)
        ?.match(/\/approve/g),
    ).toHaveLength(5);
  });

  it('is found again by its key, and by no other', () => {
    const body = toMessage(CARD, { key: 'approval:ap-1' });
    expect(carriesMark(body, markOf('approval:ap-1'))).toBe(true);
    expect(carriesMark(body, markOf('approval:ap-2'))).toBe(false);
    expect(carriesMark({}, markOf('approval:ap-1'))).toBe(false);
    expect(markOf('approval:ap-1')).toBeGreaterThanOrEqual(2 ** 30);
  });

  it.each(CARDS)('of %s leaves nothing out', (_, states) => {
    fc.assert(
      fc.property(states, ({ card }) => {
        const body = toMessage(card, { key: 'run:1' });
        expect(faultsOf(body)).toEqual([]);
        const { folded, table, actions = [] } = card;
        const shows = folded?.show && table && table.rows.length > 0 ? 1 : 0;
        expect(ofType(body, 2)).toHaveLength(actions.length + shows);
      }),
      tries(30),
    );
  });

  it('respects the limits, mentions nobody and is deterministic, for any card', () => {
    fc.assert(
      fc.property(anyCard, fc.boolean(), (card, withFiles) => {
        const hashes = (card.pictures ?? []).map(({ sha256 }) => sha256);
        const pictures = new Map(hashes.map((sha256) => [sha256, `${sha256.slice(0, 8)}.png`]));
        const body = toMessage(card, withFiles ? { key: card.title, pictures } : {});
        expect(faultsOf(body)).toEqual([]);
        expect(texts(body).flatMap(mentionsIn)).toEqual([]);
        expect(body).toEqual(
          toMessage(structuredClone(card), withFiles ? { key: card.title, pictures } : {}),
        );
        const pressed = (card.actions ?? []).map(({ command, argument, confirm }) => ({
          kind: confirm === undefined ? 'do' : 'ask',
          command,
          argument,
        }));
        for (const { custom_id } of ofType(body, 2))
          expect(pressed).toContainEqual(parsePress(String(custom_id)));
      }),
      tries(100),
    );
  });

  it.skipIf(!isHere)('matches Discord’s own document for any card', () => {
    const faults = createFaults();
    expect(faults('MessageCreateRequest', { components: [{ type: 10 }] })).not.toEqual([]);
    fc.assert(
      fc.property(anyCard, (card) => {
        const body = toMessage(card, { key: card.title });
        expect(faults('MessageCreateRequest', body)).toEqual([]);
        expect(faults('MessageEditRequestPartial', body)).toEqual([]);
      }),
      tries(100),
    );
  });
});
