import type { Address } from './address.ts';
import type { Card } from './card.ts';
import type { Choice, Form, FormValues } from './form.ts';
import type { Json } from './json.ts';
import type { Identity } from './people.ts';
import type { Reply } from './reply.ts';

/** What somebody asked for, as the adapter read it. */
export interface Invocation {
  /** The platform's own id of this event: the same event delivered twice has the same id. */
  id: string;
  command: string;
  /** The words after the command as typed, or its options by name. */
  input: string | readonly string[] | Record<string, unknown>;
  by: Identity;
  from: Address;
  /** Cast with an emoji: taking the emoji off takes it back. */
  byReaction?: true;
}

/** An emoji put on, or taken off, one of our messages. */
export interface Reaction {
  id: string;
  emoji: string;
  on: boolean;
  /** The platform's name for the message, as `post` returned it. */
  message: string;
  by: Identity;
  from: Address;
}

/** What came in at an adapter, as it is kept until it is answered. */
export interface InboundEvent {
  what: { invocation: Invocation } | { reaction: Reaction };
  /** The message it was done to, where a finished answer belongs into its thread. */
  thread?: string;
  /** What the button or menu is, so that a double click on it is one: message and action. */
  control?: string;
  /** What the adapter needs to answer the caller alone; nobody else reads it. */
  to: Json;
}

/** The event itself, whichever it was. */
export const eventIn = ({ what }: InboundEvent): Invocation | Reaction =>
  'invocation' in what ? what.invocation : what.reaction;

/** A finished word in the making: what could stand at the end of `text`. */
export interface Completion {
  /** The whole text with the completion in place. */
  text: string;
  label: string;
  hint: string;
}

/** A command whose options are being filled in. */
export interface Filling {
  command: string;
  given: FormValues;
  by: Identity;
  from: Address;
}

/** What an adapter may ask for. */
export interface Dispatch {
  /** Answers at once. For adapters whose callers wait, and try again where no answer came. */
  invoke(invocation: Invocation): Promise<Reply>;
  /** Undefined where the reaction means nothing to us. */
  react(reaction: Reaction): Promise<Reply | undefined>;
  /**
   * For adapters that must acknowledge before the work is done. When it returns the event is stored and
   * outlives this process, repeats are known, and `Platform.answer` follows. Where the queue is unreachable
   * it is begun at once instead, so that what needs no queue still works.
   */
  take(inbound: InboundEvent): Promise<void>;
  /** Events may have been lost, e.g. while the connection was away: reads the reactions again. */
  missed(platform: string): Promise<void>;
  /** Somebody came into, or left, a group: votes may not count any more. */
  groupsChanged(platform: string): Promise<void>;
  /** At most 25, best first. `text` is a command line without its slash. */
  complete(text: string, by: Identity): Promise<Completion[]>;
  /** What could stand for one option, at most 25, best first; from memory, for each key press. */
  suggest(filling: Filling, option: string, typed: string): Promise<Choice[]>;
  /** Undefined where the command has none, or the caller may not call it: then call it, to learn why. */
  form(filling: Filling): Promise<Form | undefined>;
}

/**
 * An adapter: translates in, renders out, nothing else.
 * `post` and `edit` may be repeated after a crash: the same `key` must not give a second message.
 * They throw Busy where the platform applies a rate limit, NotFound where the message is gone, and
 * Refused where people must mend something first, e.g. invite the bot.
 */
export interface Platform {
  readonly name: string;
  /** The least time between two messages of ours in one place, where the platform asks for one. */
  readonly paceMs?: number;
  /** How a command is said there; `/train` of `train` where this is left out. */
  readonly spell?: Spell;
  start(dispatch: Dispatch): Promise<void>;
  stop(): Promise<void>;
  /** Posts a card, in the thread of `thread` where given; returns the platform's name for the message. */
  post(where: Address, card: Card, options: PostOptions): Promise<string>;
  edit(where: Address, message: string, card: Card, state: MessageState): Promise<void>;
  /**
   * For adapters that `take`: what came of it, for the caller alone, who may get it twice after a crash.
   * True where the caller has seen the whole answer, so that no message in the channel is needed.
   */
  answer?(to: Json, reply: Reply): Promise<boolean>;
  /** Everybody's emoji on a message now, ours left out; for adapters whose events may be lost or late. */
  reactions?(where: Address, message: string): Promise<MessageReaction[]>;
  /**
   * Who an account is now, with its groups of now; never from memory: a vote may depend on it. Undefined
   * where it is no member any more. For platforms whose groups or roles can give a right.
   */
  whoIs?(account: Identity, from: Address): Promise<Identity | undefined>;
}

/** How a command is said at an adapter, e.g. `/ml-train` of `train`. */
export type Spell = (command: string) => string;

/** Somebody's emoji that stands on a message. */
export interface MessageReaction {
  emoji: string;
  by: Identity;
  /** The platform has not said yet whether a person or a program put it there: no vote until it has. */
  unsure?: true;
}

/** For adapters whose readers are programs: what the card says, as data. */
export interface MessageState {
  outcome: Reply['outcome'];
  data: Reply['data'];
}

export interface PostOptions extends MessageState {
  key: string;
  thread?: string;
  /** An earlier attempt may have got through: look before posting. */
  again?: boolean;
}
