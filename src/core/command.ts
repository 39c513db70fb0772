import type { z } from 'zod';
import type { Address } from './address.ts';
import type { Form, FormValues } from './form.ts';
import type { Identity, Person, Role } from './people.ts';
import type { Reply } from './reply.ts';
import type { Needs, World } from './world.ts';

/** What an option's value names, so that adapters can offer the ones there are. */
export type Suggests =
  | 'model'
  | 'version'
  | 'environment'
  | 'run'
  | 'approval'
  | 'alert'
  | 'command'
  | 'parameter';

export interface Option<S extends z.ZodType = z.ZodType> {
  schema: S;
  summary: string;
  /** What stands for the value in the usage line. */
  placeholder: string;
  suggests?: Suggests;
  /** Takes no value. */
  flag?: true;
  /** Takes every `key=value` word. */
  pairs?: true;
  /** Takes whole numbers, both ends included. */
  whole?: { min: number; max: number };
  /** Takes one of these. */
  choices?: readonly string[];
}

/** How `name` is written: `word` stands by its position, `option` behind `--name`. */
export type OptionSet = Record<string, Option>;
export type Values<O extends OptionSet> = { [K in keyof O]: z.output<O[K]['schema']> };

/** Who asked, from where, and by which event. */
export interface Asking {
  id: string;
  by: Person;
  from: Address;
  /** By which account. */
  account: Identity;
  /** Cast with an emoji: taking it off takes it back. */
  byReaction?: true;
}

export interface CommandDefinition<O extends OptionSet, K extends keyof World> {
  name: string;
  summary: string;
  /** The least role that may call it. */
  role: Role;
  /** Whom nobody knows may call it too, with no rights but that. */
  strangers?: true;
  /** The environment that a call concerns, where it concerns one: `role` is asked for there. */
  environment?(values: Values<O>, needs: Needs<K>): string | Promise<string>;
  /** Options that may stand as plain words, in this order. */
  words: readonly (keyof O & string)[];
  options: O;
  examples: readonly string[];
  /** What to ask whoever calls it without words; `given` is what is filled in so far. Must be quick. */
  form?(given: FormValues, needs: Needs<K>, asking: Asking): Promise<Form>;
  run(values: Values<O>, needs: Needs<K>, asking: Asking): Promise<Reply>;
}

/** A command as the dispatch sees it: options not yet looked at. */
export interface Command {
  name: string;
  summary: string;
  role: Role;
  strangers?: true;
  /** The environment that a call concerns. Throws BadInput where `input` does not fit the options. */
  environmentOf?: ((input: Record<string, unknown>, world: World) => Promise<string>) | undefined;
  words: readonly string[];
  options: OptionSet;
  examples: readonly string[];
  form?: ((given: FormValues, world: World, asking: Asking) => Promise<Form>) | undefined;
  /** Throws BadInput where `input` does not fit the options: every fault in one line. */
  call(input: Record<string, unknown>, world: World, asking: Asking): Promise<Reply>;
}

export type DefinedCommand<O extends OptionSet, K extends keyof World> = Command &
  CommandDefinition<O, K>;
