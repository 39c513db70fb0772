import type { Address } from '../address.ts';
import type { Card } from '../card.ts';
import type { Json } from '../json.ts';
import type { Outcome, Subject } from '../reply.ts';

/** How a thing's message should look now. */
export interface State {
  card: Card;
  outcome: Outcome;
  data: Json;
}

/**
 * The out tray. What is shown is stored first and delivered after, newest state only, so that a
 * message goes on being edited after a restart. Every copy of a subject, at every adapter, follows.
 */
export interface Replies {
  /** Shows `subject` at `address` too; `state` counts only where it has none yet. */
  open(subject: Subject, address: Address, state: State): Promise<void>;
  /** The new state of `subject`, everywhere it is shown. */
  show(subject: Subject, state: State): Promise<void>;
  /** A word in the thread of `subject`, once per `key`. */
  tell(subject: Subject, key: string, card: Card): Promise<void>;
  /** What a platform's message is about. */
  subjectOf(platform: string, message: string): Promise<Subject | undefined>;
  /** Where a subject's message is posted. */
  placesOf(subject: Subject): Promise<Posted[]>;
}

interface Posted {
  address: Address;
  /** The platform's name for the message. */
  message: string;
}

/** One place at which a subject's state stands, or should stand. */
export interface Copy {
  subject: Subject;
  address: Address;
  /** The platform's name for the message, once posted. */
  message?: string;
  /** Revision of the state that the platform has. */
  delivered: number;
}

/** What `Replies` and the `notify` job keep between them. */
export interface Outbox {
  /** Adds a copy; gives the subject `state` where it has none. */
  attach(subject: Subject, address: Address, state: State): Promise<void>;
  /** Stores a new state; returns its revision. */
  put(subject: Subject, state: State): Promise<number>;
  /** Stores a word for the thread of `parent` under `key`, once; its own subject is returned. */
  putReply(parent: Subject, key: string, state: State): Promise<Subject>;
  /** Words for the thread of `parent` that have not reached every place. */
  repliesTo(parent: Subject): Promise<Subject[]>;
  load(subject: Subject): Promise<{ state: State; revision: number; parent?: Subject } | undefined>;
  copies(subject: Subject): Promise<Copy[]>;
  /** Before the first attempt to post; true where one was made before, and may have got through. */
  markAttempt(copy: Copy): Promise<boolean>;
  markDelivered(copy: Copy, message: string, revision: number): Promise<void>;
  /** Subjects with a copy on one of the platforms that lags behind, e.g. after a restart. */
  undelivered(platforms: readonly string[]): Promise<Subject[]>;
  subjectOf(platform: string, message: string): Promise<Subject | undefined>;
}
