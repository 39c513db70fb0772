import type { Address } from './address.ts';
import type { Card } from './card.ts';
import type { Identity } from './people.ts';
import type { Reply } from './reply.ts';

/** What somebody asked for, as the door heard it. */
export interface Invocation {
  /** The platform's own id of this event: the same event delivered twice has the same id. */
  id: string;
  command: string;
  /** The words after the command as typed, or its options by name. */
  input: string | readonly string[] | Record<string, unknown>;
  by: Identity;
  from: Address;
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

/** A finished word in the making: what could stand at the end of `text`. */
export interface Completion {
  /** The whole text with the completion in place. */
  text: string;
  label: string;
  hint: string;
}

/** What a door may ask of the house. */
export interface Hallway {
  invoke(invocation: Invocation): Promise<Reply>;
  /** Undefined where the reaction means nothing to us. */
  react(reaction: Reaction): Promise<Reply | undefined>;
  /** At most 25, best first. `text` is a command line without its slash. */
  complete(text: string, by: Identity): Promise<Completion[]>;
}

/**
 * A door: translates in, renders out, nothing else.
 * `post` and `edit` may be repeated after a crash: the same `key` must not give a second message.
 */
export interface Platform {
  readonly name: string;
  start(hallway: Hallway): Promise<void>;
  stop(): Promise<void>;
  /** Posts a card, in the thread of `thread` where given; returns the platform's name for the message. */
  post(where: Address, card: Card, options: PostOptions): Promise<string>;
  edit(where: Address, message: string, card: Card, state: MessageState): Promise<void>;
}

/** For doors whose readers are programs: what the card says, as data. */
export interface MessageState {
  outcome: Reply['outcome'];
  data: Reply['data'];
}

export interface PostOptions extends MessageState {
  key: string;
  thread?: string;
}
