import fc from 'fast-check';
import type { Action, Card } from '../../../../src/core/card.ts';
import type { Field, Form } from '../../../../src/core/form.ts';
import { anyCharacters } from '../../../any-text.ts';

/** The worst text of people, logs and names. */
const NASTY = [
  '@everyone',
  '@here',
  '<@80351110224678912>',
  '<@&165511591545143296>',
  '<#103735883630395392>',
  '<t:1618953630:R>',
  '</help:1>',
  '<id:browse>',
  '<a:x:1>',
  '```',
  '``',
  '`',
  '||',
  '**',
  '__',
  '~~',
  '[come](https://evil.test)',
  'https://a.test/x_y?z=1',
  'https://a.test/*b*',
  'http://u@b.test',
  '\n# ',
  '\n-# ',
  '\n> ',
  '\n>>> ',
  '\n- ',
  '\n1. ',
  '\\',
  '\n',
  '\r\n',
  '\t',
  '\u202e',
  '\u200b',
  '\u0000',
  '\ud83d',
  '\ude00',
  '😀',
  '👩‍👩‍👧‍👧',
  '漢字',
  'e\u0301',
  '   ',
  'plain words',
  '_',
  '*',
  'a.b=c',
];

export const nasty = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...NASTY), { maxLength: 12 }).map((all) => all.join('')),
  },
  { weight: 2, arbitrary: anyCharacters(60) },
  { weight: 1, arbitrary: fc.string({ maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...NASTY), fc.integer({ min: 1, max: 2500 }))
      .map(([text, times]) => text.repeat(times)),
  },
);

const few = (text: fc.Arbitrary<string>) => fc.array(text, { maxLength: 5 });

export const action: fc.Arbitrary<Action> = fc.record(
  {
    label: nasty,
    command: fc.oneof(fc.constantFrom('approve', 'promote', 'rollback'), nasty),
    argument: fc.oneof(fc.stringMatching(/^[a-z0-9 -]{0,110}$/), nasty),
    style: fc.constantFrom('primary', 'danger'),
    confirm: nasty,
  },
  { requiredKeys: ['label', 'command', 'argument'] },
);

const sha = fc.stringMatching(/^[0-9a-f]{64}$/);
const size = fc.constant(100);

export const card: fc.Arbitrary<Card> = fc.record(
  {
    title: nasty,
    tone: fc.constantFrom('note', 'progress', 'success', 'warning', 'danger'),
    text: nasty,
    facts: fc.array(fc.record({ label: nasty, value: nasty }), { maxLength: 12 }),
    table: fc.record({ columns: few(nasty), rows: fc.array(few(nasty), { maxLength: 12 }) }),
    pictures: fc.array(fc.record({ sha256: sha, alt: nasty, width: size, height: size }), {
      maxLength: 14,
    }),
    progress: fc.record({ share: fc.double(), words: nasty }),
    actions: fc.array(action, { maxLength: 20 }),
    reactions: fc.array(
      fc.record({ emoji: fc.oneof(fc.constantFrom('x', '+1', '✅'), nasty), meaning: nasty }),
      { maxLength: 3 },
    ),
    footer: nasty,
  },
  { requiredKeys: ['title', 'tone'] },
);

const choice = fc.record(
  { value: nasty, label: nasty, hint: nasty },
  { requiredKeys: ['value', 'label'] },
);
const rest = fc.oneof(
  fc.record({ kind: fc.constant('text' as const), longest: fc.integer({ min: 0, max: 6000 }) }),
  fc.record({ kind: fc.constant('number' as const), whole: fc.boolean(), min: fc.integer() }),
  fc.record({ kind: fc.constant('day' as const) }),
  fc.record(
    {
      kind: fc.constant('choice' as const),
      choices: fc.array(choice, { minLength: 1, maxLength: 40 }),
      reshapes: fc.constant(true as const),
    },
    { requiredKeys: ['kind', 'choices'] },
  ),
);
const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
  fc.stringMatching(/^parameters\.[a-z_]{1,20}$/),
  fc.stringMatching(/^[a-z]{1,30}\.[a-z_]{80,120}$/),
);
const head = fc.record(
  { name, label: nasty, hint: nasty, required: fc.boolean(), initial: nasty },
  { requiredKeys: ['name', 'label', 'required'] },
);
const field: fc.Arbitrary<Field> = fc
  .tuple(head, rest)
  .map(([one, other]) => ({ ...one, ...other }));

export const form: fc.Arbitrary<Form> = fc.record(
  {
    command: fc.constant('train'),
    title: nasty,
    text: nasty,
    submit: nasty,
    fields: fc.uniqueArray(field, { maxLength: 14, selector: (one) => one.name }),
  },
  { requiredKeys: ['command', 'title', 'submit', 'fields'] },
);
