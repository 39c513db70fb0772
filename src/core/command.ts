import type { z } from 'zod';
import type { Address } from './address.ts';
import type { Form, FormValues } from './form.ts';
import type { Identity, Person, Role } from './people.ts';
import type { Reply } from './reply.ts';
import type { Needs, World } from './world.ts';

/** What the value of an option refers to, so that adapters can offer choices. */
export type Suggests =
  | 'model'
  | 'version'
  | 'environment'
  | 'run'
  | 'approval'
  | 'alert'
  | 'arrival'
  | 'proposal'
  | 'command'
  | 'parameter';

export interface Option<S extends z.ZodType = z.ZodType> {
  schema: S;
  summary: string;
  /** Shown for the value in the usage line. */
  placeholder: string;
  suggests?: Suggests;
  /** Takes no value. */
  flag?: true;
  /** A flag that can also be the first word: `/monitors run flights`. */
  verb?: true;
  /** Takes all `key=value` words. */
  pairs?: true;
  /** Accepts whole numbers, both ends included. */
  whole?: { min: number; max: number };
  /** Accepts one of these. */
  choices?: readonly string[];
}

/** How `name` is written: `word` by position, `option` after `--name`. */
export type OptionSet = Record<string, Option>;
export type Values<O extends OptionSet> = { [K in keyof O]: z.output<O[K]['schema']> };

/** What an agent's call does: it is answered, it becomes a proposal, or it is refused. */
type ForAgents = 'answer' | 'propose' | 'refuse';

/** Who called the command, from where, and through which event. */
export interface Asking {
  id: string;
  by: Person;
  from: Address;
  /** The account that was used. */
  account: Identity;
  /** Cast with an emoji: removing the emoji withdraws the vote. */
  byReaction?: true;
  /** Written in the thread of a message. */
  byReply?: true;
  /** A person runs what an agent proposed: whatever it asks for, its owner asks for too. */
  proposed?: { agent: string; owner: string };
}

export interface CommandDefinition<O extends OptionSet, K extends keyof World> {
  name: string;
  summary: string;
  /** The lowest role that may call it. */
  role: Role;
  /** Accounts without a role may call it too, with no further rights. */
  strangers?: true;
  /** Answers callers too who may speak as several people and did not say as whom: their account is ''. */
  unnamed?: true;
  /**
   * Whether it runs while everything is read-only. By default a viewer's commands do, which change nothing, and
   * others do not.
   */
  inReadOnly?: 'runs' | 'refused';
  /** The environment that a call concerns, if any: `role` is checked there. */
  environment?(values: Values<O>, needs: Needs<K>): string | Promise<string>;
  /** Default: `propose`. `answer` is for what changes nothing, `refuse` for what only a person can do. */
  agents?: ForAgents | ((values: Values<O>) => ForAgents);
  /** Options that can be given as positional words, in this order. */
  words: readonly (keyof O & string)[];
  options: O;
  examples: readonly string[];
  /** The form for calls without words; `given` has the values filled in so far. Must be fast. */
  form?(given: FormValues, needs: Needs<K>, asking: Asking): Promise<Form>;
  run(values: Values<O>, needs: Needs<K>, asking: Asking): Promise<Reply>;
}

/** A command as the dispatch sees it: options are not validated yet. */
export interface Command {
  name: string;
  summary: string;
  role: Role;
  strangers?: true;
  unnamed?: true;
  inReadOnly?: 'runs' | 'refused';
  /** The environment that a call concerns. Throws BadInput if `input` does not match the options. */
  environmentOf?: ((input: Record<string, unknown>, world: World) => Promise<string>) | undefined;
  /** For a call by an agent. Throws BadInput if `input` does not match the options. */
  forAgents(input: Record<string, unknown>): ForAgents;
  /** What agents' calls can do. */
  agentsMay: ForAgents | 'answer or propose';
  words: readonly string[];
  options: OptionSet;
  examples: readonly string[];
  form?: ((given: FormValues, world: World, asking: Asking) => Promise<Form>) | undefined;
  /** Throws BadInput if `input` does not match the options, with all errors in one line. */
  call(input: Record<string, unknown>, world: World, asking: Asking): Promise<Reply>;
}

export type DefinedCommand<O extends OptionSet, K extends keyof World> = Command &
  CommandDefinition<O, K>;
