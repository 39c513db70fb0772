import type { Command } from '../core/command.ts';
import { BadInput } from '../core/errors.ts';
import { didYouMean } from '../core/suggest.ts';
import { usageOf } from '../core/usage.ts';

/** Sorts `--name value`, `--name=value`, `--flag`, `key=value` and plain words into a command's options. */
export function assign(command: Command, words: readonly string[]): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  const pairs: Record<string, string> = {};
  const pairOption = Object.keys(command.options).find((name) => command.options[name]?.pairs);
  const free = command.words.filter((name) => !command.options[name]?.pairs);
  const queue = [...words];
  let position = 0;
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    // Chat clients turn a double hyphen into a dash.
    const option = /^(?:--|—|–)([\p{L}][\w-]*)(?:=(.*))?$/su.exec(word);
    if (option) {
      const name = known(command, option[1] ?? '');
      if (name in input) throw new BadInput(`"--${name}" is given twice.`);
      if (command.options[name]?.flag) input[name] = option[2] === undefined ? true : option[2];
      else input[name] = option[2] ?? valueAfter(name, queue);
      continue;
    }
    const pair = pairOption ? /^([\p{L}_][\w-]*)=(.*)$/su.exec(word) : null;
    // A name that every object has, such as `__proto__`, is not an option.
    if (pair && !((pair[1] ?? '') in {})) {
      const [, key = '', value = ''] = pair;
      if (Object.hasOwn(pairs, key)) throw new BadInput(`"${key}" is given twice.`);
      pairs[key] = value;
      continue;
    }
    if (position === 0 && command.options[word]?.verb && !(word in input)) {
      input[word] = true;
      continue;
    }
    const name = free[position];
    position += 1;
    if (name === undefined)
      throw new BadInput(`"${word}" is one word too many for /${command.name}.`, {
        next: `Usage: ${usageOf(command)}`,
      });
    if (name in input) throw new BadInput(`"${name}" is given twice.`);
    input[name] = word;
  }
  if (pairOption && Object.keys(pairs).length > 0) input[pairOption] = pairs;
  return input;
}

function known(command: Command, name: string): string {
  const names = Object.keys(command.options).filter((key) => !command.options[key]?.pairs);
  if (names.includes(name)) return name;
  throw new BadInput(
    `/${command.name} has no option "--${name}".${didYouMean(name, names, '--')}`,
    {
      next: `Usage: ${usageOf(command)}`,
    },
  );
}

function valueAfter(name: string, queue: string[]): string {
  const value = queue.shift();
  if (value === undefined) throw new BadInput(`"--${name}" needs a value.`);
  return value;
}
