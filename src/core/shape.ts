import type { Command, Option, Suggests } from './command.ts';
import type { Role } from './people.ts';
import { usageOf } from './usage.ts';

/** An option as a platform with typed options may register it. */
export interface OptionShape {
  name: string;
  summary: string;
  placeholder: string;
  /** `pairs` takes `key=value` words in one text. */
  kind: 'text' | 'number' | 'choice' | 'flag' | 'pairs';
  required: boolean;
  suggests?: Suggests;
  /** For a `choice`. */
  choices?: readonly string[];
  /** For a `number`; both ends are included. */
  min?: number;
  max?: number;
}

/** A command as adapters and manifests see it, without anything that can be run. */
export interface CommandShape {
  name: string;
  summary: string;
  /** `/promote MODEL VERSION [--to ENVIRONMENT]` */
  usage: string;
  role: Role;
  /** It has a form, shown if it is called without words. */
  form: boolean;
  /** Options that can be given as positional words come first, in their order. */
  options: readonly OptionShape[];
}

export function shapeOf(command: Command): CommandShape {
  const { name, summary, role, words, options } = command;
  const inOrder = [...words, ...Object.keys(options).filter((key) => !words.includes(key))];
  return {
    name,
    summary,
    role,
    usage: usageOf(command),
    form: command.form !== undefined,
    options: inOrder.flatMap((key) => {
      const option = options[key];
      return option ? [optionShape(key, option)] : [];
    }),
  };
}

function optionShape(name: string, option: Option): OptionShape {
  const { schema, summary, placeholder, suggests, flag, pairs, whole, choices } = option;
  return {
    name,
    summary,
    placeholder,
    kind: flag ? 'flag' : pairs ? 'pairs' : whole ? 'number' : choices ? 'choice' : 'text',
    required: !schema.safeParse(undefined).success,
    ...(suggests && { suggests }),
    ...(choices && { choices }),
    ...(whole && { min: whole.min, max: whole.max }),
  };
}

/** Values by name of option, as words that could have been typed after `/name`. */
export function wordsOf(
  { options }: Pick<CommandShape, 'options'>,
  values: Readonly<Record<string, string | number | boolean>>,
): string[] {
  return options.flatMap(({ name, kind }) => {
    const value = values[name];
    if (value === undefined || value === false) return [];
    if (kind === 'flag') return [`--${name}`];
    if (kind === 'pairs') return String(value).split(/\s+/).filter(Boolean);
    return [`--${name}=${value}`];
  });
}
