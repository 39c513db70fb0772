import type { Command } from '../core/command.ts';
import { BadInput } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';

/** What people try who know other tools, where its spelling does not tell. */
const CALLED_ELSEWHERE = new Map([
  ['watch', 'subscribe'],
  ['unwatch', 'unsubscribe'],
  ['follow', 'subscribe'],
  ['deploy', 'promote'],
  ['retrain', 'train'],
]);

/** @throws BadInput, with what was probably meant */
export function find(commands: readonly Command[], name: string): Command {
  const command = commands.find((candidate) => candidate.name === name.toLowerCase());
  if (command) return command;
  const names = commands.map((candidate) => candidate.name);
  const meant = CALLED_ELSEWHERE.get(name.toLowerCase()) ?? name;
  throw new BadInput(`There is no command "/${name}".${didYouMean(meant, names, '/')}`, {
    next: 'Try /help.',
  });
}
