import type { Address } from '../address.ts';
import type { Card, Mark } from '../card.ts';
import type { Json } from '../json.ts';
import type { Outcome, Subject } from '../reply.ts';

/** The current content of a subject's message. */
export interface State {
  card: Card;
  outcome: Outcome;
  data: Json;
}

/**
 * The outbox. Messages are stored first and delivered later, newest state only, so that a message is still
 * edited after a restart. All copies of a subject, on every adapter, are updated.
 */
export interface Replies {
  /**
   * Shows `subject` at `address` too; `state` is used only if it has none yet.
   * @param notBefore a new message is posted then, in the state that it has by then; without it, one that waits is
   * posted now
   */
  open(subject: Subject, address: Address, state: State, notBefore?: Date): Promise<void>;
  /** The new state of `subject`, everywhere it is shown. */
  show(subject: Subject, state: State): Promise<void>;
  /** A reply in the thread of `subject`, once per `key`; `notBefore` as for `open`. */
  tell(subject: Subject, key: string, card: Card, notBefore?: Date): Promise<void>;
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

/** One place where a subject's state is shown, or should be. */
export interface Copy {
  subject: Subject;
  address: Address;
  /** The platform's name for the message, once posted. */
  message?: string;
  /** Revision of the state that the platform has. */
  delivered: number;
  /** The bot's own reaction there. */
  mark?: Mark;
  /** Messages that a process has posted or changed there after it had lost the lease of the platform. */
  disturbed?: readonly string[];
}

/** A subject's newest state, and where it is shown. */
interface Shown {
  state: State;
  revision: number;
  parent?: Subject;
  notBefore?: Date;
  copies: Copy[];
}

/** Storage shared by `Replies` and the `notify` job. */
export interface Outbox {
  /** Adds a copy; gives the subject `state` if it has none. */
  attach(subject: Subject, address: Address, state: State, notBefore?: Date): Promise<void>;
  /** Stores a new state; returns its revision. */
  put(subject: Subject, state: State): Promise<number>;
  /** Stores a reply for the thread of `parent` under `key`, once; returns the reply's own subject. */
  putReply(parent: Subject, key: string, state: State, notBefore?: Date): Promise<Subject>;
  /** Replies for the thread of `parent` that have not been delivered everywhere. */
  repliesTo(parent: Subject): Promise<Subject[]>;
  load(subject: Subject): Promise<Shown | undefined>;
  copies(subject: Subject): Promise<Copy[]>;
  /**
   * Called before an attempt to post. `again`: there was an earlier attempt, which may have succeeded. `stale`: a
   * process with a later lease has begun, and nothing may be posted.
   * @param lease the number of the lease by which this process posts there; undefined where none is needed
   */
  markAttempt(copy: Copy, lease?: number): Promise<'first' | 'again' | 'stale'>;
  /**
   * False if a process with a later lease was there: then `message` is stored as disturbed, and nothing else.
   * @param mark the bot's own reaction there
   */
  markDelivered(
    copy: Copy,
    message: string,
    revision: number,
    mark?: Mark,
    lease?: number,
  ): Promise<boolean>;
  /** A message that was disturbed is as it must be. */
  forgetDisturbed(copy: Copy, message: string): Promise<void>;
  /** Subjects with a copy on one of the platforms that is behind, e.g. after a restart. */
  undelivered(platforms: readonly string[]): Promise<Subject[]>;
  subjectOf(platform: string, message: string): Promise<Subject | undefined>;
}
