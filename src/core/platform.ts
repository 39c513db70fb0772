import type { Address } from './address.ts';
import type { Card, Mark } from './card.ts';
import type { Choice, Form, FormValues } from './form.ts';
import type { Json } from './json.ts';
import type { Account, Identity } from './people.ts';
import type { Reply } from './reply.ts';

/** A command call, as the adapter read it. */
export interface Invocation {
  /** The platform's own ID of this event: the same event delivered twice has the same ID. */
  id: string;
  command: string;
  /** The words after the command as typed, or its options by name. */
  input: string | readonly string[] | Record<string, unknown>;
  by: Identity;
  from: Address;
  /** Cast with an emoji: removing the emoji withdraws the vote. */
  byReaction?: true;
  /** Written in the thread of a message: it adds to a vote, and changes nothing that somebody chose to say. */
  byReply?: true;
  /** An agent calls, and `why` is its reason: what changes something becomes a proposal. */
  agent?: { name: string; why?: string };
}

/** An emoji that was added to or removed from one of our messages. */
export interface Reaction {
  id: string;
  emoji: string;
  on: boolean;
  /** The platform's name for the message, as returned by `post`. */
  message: string;
  by: Identity;
  from: Address;
}

/** What a person wrote in the thread of one of our messages, or as a reply to it. */
export interface Said {
  id: string;
  text: string;
  /** The platform's name for our message, as returned by `post`. */
  message: string;
  by: Identity;
  from: Address;
}

/** An event that an adapter received, stored until it is answered. */
export interface InboundEvent {
  what: { invocation: Invocation } | { reaction: Reaction } | { said: Said };
  /** The message it refers to, if the answer belongs in its thread. */
  thread?: string;
  /** Its own ID, if a person did the same before and it was not acknowledged: `what` has the ID of that event. */
  repeat?: string;
  /** Identifies the button or menu, by message and action, so that a double click counts once. */
  control?: string;
  /** What the adapter needs to answer the caller privately, opaque to everything else; null: nobody waits. */
  to: Json;
}

/** The event itself. */
export function eventIn({ what }: InboundEvent): Invocation | Reaction | Said {
  if ('invocation' in what) return what.invocation;
  return 'reaction' in what ? what.reaction : what.said;
}

/** A completion: text that could stand at the end of `text`. */
export interface Completion {
  /** The complete text with the completion in place. */
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

/** What an adapter may call. */
export interface Dispatch {
  /** Answers directly. For adapters whose callers wait, and retry if there is no answer. */
  invoke(invocation: Invocation): Promise<Reply>;
  /** Undefined if the reaction has no meaning to us. */
  react(reaction: Reaction): Promise<Reply | undefined>;
  /** Undefined if what was written has no meaning to us, or is shown in the message. */
  hear(said: Said): Promise<Reply | undefined>;
  /**
   * For adapters that must acknowledge before the work is done. When it returns, the event is stored and
   * survives this process, repeats are detected, and `Platform.answer` follows. If the queue is unreachable,
   * handling starts at once instead, so that commands without queued work still succeed.
   * @param repeatedBy who tells it again if it is not acknowledged: the platform as the same event, a person as
   * another. Default: the platform
   */
  take(inbound: InboundEvent, repeatedBy?: 'platform' | 'person'): Promise<void>;
  /** The person was shown in time that this was accepted. To be called for all that persons repeat. */
  acknowledged(inbound: InboundEvent): Promise<void>;
  /** Events may have been lost, e.g. while disconnected: reads the reactions and the threads again. */
  missed(platform: string): Promise<void>;
  /** Someone joined or left a group: votes may no longer count. */
  groupsChanged(platform: string): Promise<void>;
  /** At most 25, best first. `text` is a command line without its slash. */
  complete(text: string, by: Identity): Promise<Completion[]>;
  /** Values for one option, at most 25, best first; from memory, because it is called for each key press. */
  suggest(filling: Filling, option: string, typed: string): Promise<Choice[]>;
  /** Undefined if the command has no form, or the caller may not call it: then call it, to get the reason. */
  form(filling: Filling): Promise<Form | undefined>;
}

/**
 * An adapter: translates incoming events, renders outgoing messages, and nothing else. `post` and `edit` may
 * be repeated after a crash: the same `key` must not create a second message. They throw Busy if the platform
 * applies a rate limit, NotFound if the message is gone, and Refused if people must fix something first, e.g.
 * invite the bot.
 */
export interface Platform {
  readonly name: string;
  /** The minimum time between two of our messages in one channel, if the platform requires one. */
  readonly paceMs?: number;
  /** Its events come by one connection, which one process at a time has: that one starts it. */
  readonly oneConnection?: boolean;
  /** How a command is written there; default: `/train` for `train`. */
  readonly spell?: Spell;
  /** Receives events from then on. It may be started again after it was stopped, and sends without being started. */
  start(dispatch: Dispatch): Promise<void>;
  stop(): Promise<void>;
  /** Posts a card, in the thread of `thread` if given; returns the platform's name for the message. */
  post(where: Address, card: Card, options: PostOptions): Promise<string>;
  edit(where: Address, message: string, card: Card, state: MessageState): Promise<void>;
  /** Removes a message of ours that should not have been posted. */
  remove?(where: Address, message: string): Promise<void>;
  /**
   * For adapters that `take`: the result, visible only to the caller, who may see it twice after a crash.
   * True if the caller has seen the complete answer, so that no message in the channel is needed.
   */
  answer?(to: Json, reply: Reply): Promise<boolean>;
  /**
   * Shows `mark` on a message as the bot's own reaction, instead of another mark; may be repeated. Throws as
   * `edit`. Without it, the card's words and `Card.mark` must do.
   */
  mark?(where: Address, message: string, mark: Mark | undefined): Promise<void>;
  /** The conversation of an account with the bot. Throws Refused if there can be none. For platforms that have them. */
  direct?(account: Account): Promise<Address>;
  /** A channel is one call, and ends with it: what happens later cannot be posted there. */
  channelsEnd?: true;
  /** The current emoji of everyone except us on a message; for adapters whose events may be lost or late. */
  reactions?(where: Address, message: string): Promise<MessageReaction[]>;
  /**
   * What people wrote in the thread of a message, or as a reply to it, oldest first and as an event of it would say; for
   * adapters whose events may be lost. Only the first 500 messages after it are looked at.
   */
  replies?(where: Address, message: string): Promise<MessageReply[]>;
  /**
   * The account with its current groups; never cached, because a vote may depend on it. Undefined if it is no
   * longer a member. For platforms whose groups or roles can grant a role.
   */
  whoIs?(account: Identity, from: Address): Promise<Identity | undefined>;
}

/** How a command is written on an adapter, e.g. `/ml-train` for `train`. */
export type Spell = (command: string) => string;

/** An emoji that someone has put on a message. */
export interface MessageReaction {
  emoji: string;
  by: Identity;
  /** The platform has not confirmed yet whether a person or a bot added it: it is no vote until then. */
  unsure?: true;
}

/** What somebody wrote in the thread of a message. */
export interface MessageReply extends Pick<Said, 'id' | 'text' | 'by'> {
  at: Date;
}

/** For adapters whose readers are programs: the content of the card as data. */
export interface MessageState {
  outcome: Reply['outcome'];
  data: Reply['data'];
}

export interface PostOptions extends MessageState {
  key: string;
  thread?: string;
  /** An earlier attempt may have succeeded: look for the message before posting. */
  again?: boolean;
}
