import { BadInput } from '../../core/errors.ts';

/** Options of the command line itself. All others belong to the command. */
export interface Flags {
  wait: boolean;
  json: boolean;
  help: boolean;
  as?: string;
  url?: string;
  token?: string;
  /** ID of an earlier invocation, to wait for it again. */
  follow?: string;
  /** The file to write the gates to, as a JUnit report. */
  junit?: string;
}

const SWITCHES = ['wait', 'json', 'help'] as const;
const VALUES = ['as', 'url', 'token', 'follow', 'junit'] as const;

/**
 * Our own flags can be anywhere; `--` ends them and is removed.
 * Throws BadInput if a flag has no value.
 */
export function takeFlags(argv: readonly string[]): { flags: Flags; words: string[] } {
  const flags: Flags = { wait: false, json: false, help: false };
  const words: string[] = [];
  const queue = [...argv];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') return { flags, words: [...words, ...queue] };
    const [, name, value] = /^--([a-z]+)(?:=(.*))?$/su.exec(word) ?? [];
    const toggle = SWITCHES.find((one) => one === name);
    const option = VALUES.find((one) => one === name);
    if (toggle && value === undefined) flags[toggle] = true;
    else if (option) flags[option] = value ?? valueAfter(option, queue);
    else words.push(word);
  }
  return { flags, words };
}

function valueAfter(name: string, queue: string[]): string {
  const value = queue.shift();
  if (value !== undefined && value !== '--') return value;
  throw new BadInput(`--${name} needs a value.`, { next: 'See `npx wheelhouse --help`.' });
}
