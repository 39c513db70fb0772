import fc from 'fast-check';
import type { Card } from '../../../../src/core/card.ts';
import type { Field, Form } from '../../../../src/core/form.ts';
import { anyCharacters } from '../../../any-text.ts';

const NASTY = [
  '<!channel>',
  '<@U012AB3CD>',
  '<#C012|general>',
  '<https://example.com|click>',
  '*bold*',
  '_it_',
  '~no~',
  '`code`',
  '```',
  ':x:',
  '>',
  '&',
  '&lt;!here&gt;',
  '@here',
  '\u0000',
  '\u001b[2J',
  '\u202e',
  '\ud800',
  '🧪',
  '👩‍🔬',
  'é',
  '\u200b',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '模型',
  'run-a1b2c3d4',
  '0.6951',
];

/** Text of any length, likely to be hostile. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  anyCharacters(30),
  fc.array(fc.constantFrom(...NASTY), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.constantFrom('', ' ', '\u200b', '\ud83d'),
  fc
    .tuple(fc.constantFrom(...NASTY, 'words and words '), fc.integer({ min: 1, max: 5000 }))
    .map(([part, times]) => part.repeat(times).slice(0, 5000)),
);

/** A few or thousands: shrinking such lists would take for ever, so they repeat a few items. */
function many<T>(one: fc.Arbitrary<T>, most = 1500): fc.Arbitrary<T[]> {
  return fc.oneof(
    { weight: 9, arbitrary: fc.array(one, { maxLength: 6 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.array(one, { minLength: 1, maxLength: 4 }), fc.integer({ min: 7, max: most }))
        .map(([few, n]) => Array.from({ length: n }, (_, i) => few[i % few.length] ?? few[0]))
        .map((all) => all.flatMap((item) => (item === undefined ? [] : [item]))),
    },
  );
}

const action = fc.record(
  {
    label: anyText,
    command: anyText,
    argument: anyText,
    style: fc.constantFrom('primary' as const, 'danger' as const),
    confirm: anyText,
  },
  { requiredKeys: ['label', 'command', 'argument'] },
);

export const anyCard: fc.Arbitrary<Card> = fc.record(
  {
    title: anyText,
    tone: fc.constantFrom('note', 'progress', 'success', 'warning', 'danger'),
    text: anyText,
    facts: many(fc.record({ label: anyText, value: anyText })),
    table: fc.record({
      columns: fc.array(anyText, { maxLength: 6 }),
      rows: many(fc.array(anyText, { maxLength: 6 })),
    }),
    pictures: many(
      fc.record({
        sha256: fc.constantFrom('a'.repeat(64), 'b'.repeat(64)),
        alt: anyText,
        width: fc.nat(),
        height: fc.nat(),
      }),
      200,
    ),
    folded: fc.record({ title: anyText }),
    progress: fc.record({ share: fc.double(), words: anyText }),
    steps: many(
      fc.record({
        title: anyText,
        status: fc.constantFrom('pending' as const, 'running' as const, 'done' as const),
      }),
      60,
    ),
    actions: many(action, 200),
    reactions: many(
      fc.record({ emoji: fc.oneof(anyText, fc.constant('x')), meaning: anyText }),
      100,
    ),
    footer: anyText,
  },
  { requiredKeys: ['title', 'tone'] },
);

const choices = many(
  fc.record(
    { value: anyText, label: anyText, hint: anyText },
    { requiredKeys: ['value', 'label'] },
  ),
  300,
).chain((some) =>
  // Distinct items too, or a long list would have few.
  fc
    .boolean()
    .map((distinct) => (distinct ? some.map((one, i) => ({ ...one, value: `v${i}` })) : some)),
);

const initial = fc.oneof(
  anyText,
  fc.constantFrom('v0', 'v150', '2001-02-03', '2001-02-31', '2001-2-3', '7', '7.5', '1e30', '-1'),
);

const start = fc.record(
  { name: fc.constant('f'), label: anyText, hint: anyText, required: fc.boolean(), initial },
  { requiredKeys: ['name', 'label', 'required'] },
);
const fieldOf = <K extends object>(kind: fc.Arbitrary<K>) =>
  fc.tuple(start, kind).map(([given, one]) => ({ ...given, ...one }));

const field: fc.Arbitrary<Field> = fc.oneof(
  fieldOf(
    fc.record(
      { kind: fc.constant('text' as const), longest: fc.integer({ min: 1, max: 9000 }) },
      { requiredKeys: ['kind'] },
    ),
  ),
  fieldOf(
    fc
      .record({ whole: fc.boolean(), ends: fc.tuple(fc.double({ noNaN: true }), fc.nat()) })
      .map(({ whole, ends: [min, more] }) => ({
        kind: 'number' as const,
        whole,
        min,
        max: min + more,
      })),
  ),
  fieldOf(fc.record({ kind: fc.constant('number' as const), whole: fc.boolean() })),
  fieldOf(fc.record({ kind: fc.constant('day' as const) })),
  fieldOf(
    fc.record(
      {
        kind: fc.constant('choice' as const),
        choices: choices.filter((some) => some.length > 0),
        reshapes: fc.constant(true as const),
      },
      { requiredKeys: ['kind', 'choices'] },
    ),
  ),
);

export const anyForm: fc.Arbitrary<Form> = fc
  .record(
    {
      command: fc.constantFrom('train', 'promote'),
      title: anyText,
      text: anyText,
      submit: anyText,
      fields: many(field, 150),
    },
    { requiredKeys: ['command', 'title', 'submit', 'fields'] },
  )
  .map((form) => ({ ...form, fields: form.fields.map((one, i) => ({ ...one, name: `f${i}` })) }));
