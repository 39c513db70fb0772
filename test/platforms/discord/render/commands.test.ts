import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commands } from '../../../../commands/index.ts';
import { type CommandShape, shapeOf } from '../../../../src/core/shape.ts';
import { toCommands } from '../../../../src/platforms/discord/render/commands.ts';
import { sameCommands } from '../../../../src/platforms/discord/render/same-commands.ts';
import { createFaults, isHere } from './openapi.ts';
import { nasty } from './things.ts';

const SHAPES = commands.map(shapeOf);
const ALL = toCommands(SHAPES, { prefix: '', umbrella: true });
const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;

function expectAllowed(bodies: typeof ALL) {
  expect(bodies.length).toBeLessThanOrEqual(100);
  for (const { name, description, options = [], ...body } of bodies) {
    expect(name).toMatch(NAME);
    expect(name).toBe(name.toLowerCase());
    expect(description).toMatch(/^[\s\S]{1,100}$/);
    expect(options.length).toBeLessThanOrEqual(25);
    const required = options.map((option) => option.required === true);
    expect(required).toEqual(required.toSorted((a, b) => Number(b) - Number(a)));
    let size = name.length + description.length;
    for (const option of options) {
      expect(option.name).toMatch(NAME);
      expect(option.description).toMatch(/^[\s\S]{1,100}$/);
      const choices = ('choices' in option ? option.choices : undefined) ?? [];
      expect(choices.length).toBeLessThanOrEqual(25);
      expect(choices.length > 0 && 'autocomplete' in option && option.autocomplete).toBe(false);
      const texts = choices.flatMap((choice) => [choice.name, String(choice.value)]);
      for (const text of texts) expect(text).toMatch(/^[\s\S]{1,100}$/);
      size += [option.name, option.description, ...texts].join('').length;
    }
    expect(size).toBeLessThanOrEqual(8000);
    expect(body).toMatchObject({ contexts: [0], integration_types: [0] });
  }
}

const option = fc.record(
  {
    name: fc.stringMatching(/^[a-zA-Z][a-z.-]{0,40}$/),
    summary: nasty,
    placeholder: nasty,
    kind: fc.constantFrom(
      'text' as const,
      'number' as const,
      'choice' as const,
      'flag' as const,
      'pairs' as const,
    ),
    required: fc.boolean(),
    choices: fc.array(nasty, { maxLength: 30 }),
    min: fc.integer(),
    max: fc.integer(),
  },
  { requiredKeys: ['name', 'summary', 'placeholder', 'kind', 'required'] },
);
const shape: fc.Arbitrary<CommandShape> = fc.record({
  name: fc.stringMatching(/^[a-zA-Z][a-z -]{0,40}$/),
  summary: nasty,
  usage: nasty,
  role: fc.constantFrom('viewer', 'admin'),
  form: fc.boolean(),
  options: fc.array(option, { maxLength: 30 }),
});

describe('platforms/discord/render/commands', () => {
  it('registers all of ours, and the umbrella', () => {
    expectAllowed(ALL);
    expect(ALL.map(({ name }) => name)).toEqual([
      ...commands.map(({ name }) => name),
      'wheelhouse',
    ]);
    for (const [index, { summary }] of SHAPES.entries())
      expect(ALL[index]?.description).toBe(summary);
    expect(toCommands(SHAPES, { prefix: 'ml-', umbrella: false }).map(({ name }) => name)).toEqual(
      commands.map(({ name }) => `ml-${name}`),
    );
  });

  it('types the options', () => {
    const [promote] = ALL.filter(({ name }) => name === 'promote');
    expect(promote?.default_member_permissions).toBe(String(1 << 11));
    expect(promote?.options).toMatchObject([
      { type: 3, name: 'model', autocomplete: true },
      { type: 3, name: 'version', autocomplete: true },
      { type: 3, name: 'to', required: false },
    ]);
    const [status] = ALL.filter(({ name }) => name === 'status');
    expect(status).not.toHaveProperty('default_member_permissions');
    const typed: CommandShape = {
      name: 'x',
      summary: 'long words '.repeat(20),
      usage: '',
      role: 'viewer',
      form: false,
      options: [
        {
          name: 'n',
          summary: 's',
          placeholder: 'N',
          kind: 'number',
          required: false,
          min: 1,
          max: 9,
        },
        { name: 'f', summary: 's', placeholder: '', kind: 'flag', required: false },
        { name: 'p', summary: 's', placeholder: '', kind: 'pairs', required: false },
        {
          name: 'c',
          summary: 's',
          placeholder: '',
          kind: 'choice',
          required: true,
          choices: ['a'],
        },
      ],
    };
    const [body] = toCommands([typed], { prefix: '', umbrella: false });
    expect(body?.description).toMatch(/^(long words )+(long…|words…|long words…)$/);
    expect(body?.options).toEqual([
      {
        type: 3,
        name: 'c',
        description: 's',
        required: true,
        choices: [{ name: 'a', value: 'a' }],
      },
      { type: 4, name: 'n', description: 's', required: false, min_value: 1, max_value: 9 },
      { type: 5, name: 'f', description: 's', required: false },
      { type: 3, name: 'p', description: 's', required: false, autocomplete: true },
    ]);
    const [asking] = toCommands([{ ...typed, form: true }], { prefix: '', umbrella: false });
    expect(asking?.options?.some(({ required }) => required)).toBe(false);
  });

  it('sees that nothing changed in what Discord gives back, and that something did', () => {
    const given = ALL.toReversed().map((body, index) => ({
      id: String(index),
      application_id: '1',
      version: '2',
      nsfw: false,
      name_localizations: null,
      ...JSON.parse(
        JSON.stringify(body, (key, value) =>
          value === false || key === 'contexts' ? undefined : value,
        ),
      ),
      default_member_permissions: body.default_member_permissions ?? null,
    }));
    expect(sameCommands(given, ALL)).toBe(true);
    expect(sameCommands(given.slice(1), ALL)).toBe(false);
    expect(sameCommands([...given.slice(1), { ...given[0], description: 'other' }], ALL)).toBe(
      false,
    );
    expect(sameCommands([...given.slice(1), { ...given[0], contexts: [0, 1] }], ALL)).toBe(false);
    expect(sameCommands([...given.slice(1), { ...given[0], options: [] }], ALL)).toBe(false);
    expect(sameCommands(['what', ...given.slice(1)], ALL)).toBe(false);
  });

  it('respects the limits for any commands', () => {
    const faults = isHere ? createFaults() : () => [];
    fc.assert(
      fc.property(fc.array(shape, { maxLength: 4 }), fc.boolean(), (shapes, umbrella) => {
        const bodies = toCommands(shapes, { prefix: 'Ml ', umbrella });
        expectAllowed(bodies);
        // The document requires a number where Discord's pages, and its library, send text.
        for (const { default_member_permissions: bits, ...body } of bodies)
          expect(
            faults('ApplicationCommandCreateRequest', {
              ...body,
              ...(bits && { default_member_permissions: Number(bits) }),
            }),
          ).toEqual([]);
      }),
    );
    const many = SHAPES.slice(0, 1).flatMap((one) =>
      Array.from({ length: 120 }, (_, index) => ({ ...one, name: `c${index}` })),
    );
    const bodies = toCommands(many, { prefix: '', umbrella: false });
    expectAllowed(bodies);
    expect(bodies.at(-1)?.description).toContain('21 are reached by this one alone');
  });
});
