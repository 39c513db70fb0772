import { type Excess, excess, tooMany, within } from './excess.ts';
import type { Choice, CommandBody, CommandOption } from './shapes.ts';

/**
 * What Discord's OpenAPI document leaves out about commands. Numbers from
 * https://docs.discord.com/developers/interactions/application-commands
 */

/** For all commands that are registered in one scope. */
export function excessesOfCommands(commands: readonly CommandBody[]): Excess[] {
  const slash = commands.filter(({ type }) => type === 1);
  const names = slash.map(({ name }) => name);
  return [
    ...tooMany('commands', slash, 100),
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) =>
        excess('name', 'APPLICATION_COMMANDS_DUPLICATE_NAME', `/${name} stands twice`),
      ),
    ...slash.flatMap((command, index) => [
      ...ofNamed(command, String(index)),
      ...ofOptions(command.options, `${index}.options`),
      ...(lettersOf(command) > 8000
        ? [
            excess(
              String(index),
              'APPLICATION_COMMAND_TOO_LARGE',
              `/${command.name} is larger than 8000 characters`,
            ),
          ]
        : []),
    ]),
  ];
}

function ofNamed({ name, description }: { name: string; description: string }, path: string) {
  const fits = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u.test(name);
  return [
    ...(fits && name === name.toLowerCase()
      ? []
      : [
          excess(
            `${path}.name`,
            'APPLICATION_COMMAND_INVALID_NAME',
            `${JSON.stringify(name)} is no command or option name`,
          ),
        ]),
    ...within(`${path}.description`, description, 1, 100),
  ];
}

function ofOptions(options: readonly CommandOption[], path: string): Excess[] {
  const optionalBefore = options.findIndex(({ required, type }) => required !== true && type > 2);
  const requiredAfter = options.findLastIndex(({ required }) => required === true);
  const order = optionalBefore !== -1 && requiredAfter > optionalBefore;
  return [
    ...tooMany(path, options, 25),
    ...(order
      ? [
          excess(
            path,
            'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
            'Required options must be placed before non-required options',
          ),
        ]
      : []),
    ...options.flatMap((option, index) => {
      const here = `${path}.${index}`;
      const both = option.autocomplete === true && (option.choices ?? []).length > 0;
      return [
        ...ofNamed(option, here),
        ...excessesOfChoices(option.choices ?? [], `${here}.choices`),
        ...(both ? [excess(here, 'INVALID_OPTION', 'choices and autocomplete at once')] : []),
        ...ofOptions(option.options ?? [], `${here}.options`),
      ];
    }),
  ];
}

function lettersOf(named: {
  name: string;
  description: string;
  options?: readonly CommandOption[] | undefined;
  choices?: readonly Choice[] | undefined;
}): number {
  const choices = (named.choices ?? []).map(({ name, value }) => `${name}${value}`).join('');
  const inner = (named.options ?? []).reduce((sum, option) => sum + lettersOf(option), 0);
  return named.name.length + named.description.length + choices.length + inner;
}

export function excessesOfChoices(choices: readonly Choice[], path = 'data.choices'): Excess[] {
  return [
    ...tooMany(path, choices, 25),
    ...choices.flatMap(({ name, value }, index) => [
      ...within(`${path}.${index}.name`, name, 1, 100),
      ...within(`${path}.${index}.value`, String(value), 1, 100),
    ]),
  ];
}
