import { z } from 'zod';
import { rolesInWords } from '../src/cards/roles.ts';
import type { Command } from '../src/core/command.ts';
import { defineCommand, option } from '../src/core/define-command.ts';
import { NotFound } from '../src/core/errors.ts';
import type { Person } from '../src/core/people.ts';
import { ephemeral, type Reply } from '../src/core/reply.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { usageOf } from '../src/core/usage.ts';

/** Generated from the commands themselves, so it is always up to date. */
export const helpFor = (list: () => readonly Command[]) =>
  defineCommand({
    name: 'help',
    summary: 'List commands, or explain one',
    role: 'viewer',
    agents: 'answer',
    unnamed: true,
    words: ['command'],
    options: {
      command: option(z.string().optional(), 'Command to explain', {
        placeholder: 'COMMAND',
        suggests: 'command',
      }),
    },
    examples: ['/help', '/help train'],

    run: async ({ command }, _needs, { by, account }) =>
      command === undefined
        ? everything(list(), account.user === '' ? undefined : by)
        : one(command.replace(/^\//, ''), list()),
  });

/** `by`: undefined if the caller did not say who they are. */
function everything(commands: readonly Command[], by: Person | undefined): Reply {
  const explain = '/help COMMAND explains a command';
  return ephemeral(
    {
      title: 'Commands',
      tone: 'note',
      table: {
        columns: ['Command', 'Description', 'Role'],
        rows: commands.map((command) => [usageOf(command), command.summary, command.role]),
      },
      footer: by ? `Your role: ${rolesInWords(by)} · ${explain}` : explain,
    },
    {
      you: by ? { person: by.id, role: by.role, roles: by.roles ?? {} } : null,
      commands: commands.map((command) => ({
        name: command.name,
        usage: usageOf(command),
        summary: command.summary,
        role: command.role,
      })),
    },
  );
}

function one(name: string, commands: readonly Command[]): Reply {
  const command = commands.find((candidate) => candidate.name === name);
  if (!command) {
    const names = commands.map((candidate) => candidate.name);
    throw new NotFound(`There is no command "${name}".${didYouMean(name, names)}`, {
      next: '/help lists them.',
    });
  }
  const options = Object.entries(command.options);
  const card = {
    title: usageOf(command),
    tone: 'note',
    text: `${command.summary}.\n${command.examples.map((example) => `For example: ${example}`).join('\n')}`,
    facts: [{ label: 'Required role', value: command.role }],
  } as const;
  return ephemeral(
    options.length === 0
      ? card
      : {
          ...card,
          table: {
            columns: ['Option', 'Description'],
            rows: options.map(([key, { summary, placeholder, pairs, flag }]) => [
              pairs
                ? placeholder
                : command.words.includes(key)
                  ? placeholder
                  : `--${key}${flag ? '' : ` ${placeholder}`}`,
              summary,
            ]),
          },
        },
    {
      command: command.name,
      usage: usageOf(command),
      summary: command.summary,
      examples: command.examples,
    },
  );
}
