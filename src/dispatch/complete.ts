import type { Command, Suggests } from '../core/command.ts';
import type { Completion } from '../core/platform.ts';

const MOST = 25;

/** Values for an option: requested at each key press, so this must be fast. */
export type Offers = (
  kind: Suggests,
  soFar: { words: string[] },
) => Promise<{ value: string; hint: string }[]>;

/** Completions of a command line without its slash: commands, then words, options and their values. */
export function createCompletion(commands: readonly Command[], offers: Offers) {
  return async (text: string): Promise<Completion[]> => {
    const typed = text.split(/\s+/);
    const last = typed.pop() ?? '';
    const stem = typed.length > 0 ? `${typed.join(' ')} ` : '';
    const command = commands.find(({ name }) => name === typed[0]);
    if (!command) return typed.length > 0 ? [] : commandsLike(commands, last);

    const words = typed.slice(1);
    const before = words.at(-1);
    const options = optionsLike(command, words, last);
    const kind = kindAt(command, words, before);
    const values = kind ? await offers(kind, { words }) : [];
    const found = values
      .filter(({ value }) => value.toLowerCase().startsWith(last.toLowerCase()))
      .map(({ value, hint }) => ({ label: value, hint }));
    const offered =
      before?.startsWith('--') && !isFlag(command, before) ? found : [...found, ...options];
    return offered
      .slice(0, MOST)
      .map(({ label, hint }) => ({ text: `${stem}${label}`, label, hint }));
  };
}

function commandsLike(commands: readonly Command[], start: string): Completion[] {
  return commands
    .filter(({ name }) => name.startsWith(start.toLowerCase()))
    .slice(0, MOST)
    .map(({ name, summary }) => ({ text: `${name} `, label: `/${name}`, hint: summary }));
}

function optionsLike(command: Command, words: readonly string[], start: string) {
  return Object.entries(command.options)
    .filter(([name, option]) => !option.pairs && !command.words.includes(name))
    .filter(([name]) => !words.includes(`--${name}`) && `--${name}`.startsWith(start))
    .map(([name, { summary }]) => ({ label: `--${name}`, hint: summary }));
}

function kindAt(
  command: Command,
  words: readonly string[],
  before: string | undefined,
): Suggests | undefined {
  if (before?.startsWith('--') && !isFlag(command, before))
    return command.options[before.slice(2)]?.suggests;
  const plain = words.filter(
    (word, i) => !word.startsWith('--') && !word.includes('=') && !takesNext(command, words[i - 1]),
  );
  const verb = command.options[plain[0] ?? '']?.verb ? 1 : 0;
  const name = command.words[plain.length - verb];
  const pairs = Object.values(command.options).find((option) => option.pairs);
  return (name === undefined ? undefined : command.options[name]?.suggests) ?? pairs?.suggests;
}

function takesNext(command: Command, word: string | undefined): boolean {
  return word?.startsWith('--') === true && !word.includes('=') && !isFlag(command, word);
}

function isFlag(command: Command, word: string): boolean {
  return command.options[word.slice(2)]?.flag === true;
}
