import type { Address } from '../address.ts';

/** A receiver of signed events, as configured. */
export interface ReceiverSpec {
  name: string;
  url: string;
  /** Environment variables with its secrets: two while one replaces the other. */
  secrets: readonly string[];
  /** Names of events as the audit log has them, `approval.*` for all of a kind, `*` for all. */
  events: readonly string[];
  /** Only events about these; undefined: all. */
  models?: readonly string[] | undefined;
  environments?: readonly string[] | undefined;
  /** Where people are told that it was switched off. */
  homes: readonly Address[];
  /** Switched off when nothing was delivered for so long. */
  offAfterDays: number;
  /** It may have a private address. */
  internal: boolean;
}

/** What came of one attempt. Delivered if it has no problem. */
export interface Attempt {
  at: Date;
  ms: number;
  /** The status of the answer, if there was one. */
  status?: number;
  /** Why it was not delivered, as part of a sentence. */
  problem?: string;
}

export interface Sent extends Attempt {
  /** The receiver wants to be left alone for so long. */
  retryAfterMs?: number;
}

type DeliveryStatus =
  | 'pending'
  | 'delivered'
  /** Tried as often as the schedule has it. */
  | 'failed';

/** One event for one receiver. */
export interface Delivery {
  /** The receiver and the sequence of the event in the audit log: `ci-1042`. */
  id: string;
  receiver: string;
  sequence: number;
  /** What happened, as the audit log calls it. */
  action: string;
  model?: string;
  /** `webhook-id`: the same for each attempt, so that the receiver knows a repeat. */
  message: string;
  /** What is signed and sent. */
  body: string;
  status: DeliveryStatus;
  /** Begun since it was added, or sent again. */
  attempts: number;
  nextAt: Date;
  createdAt: Date;
  /** The newest ones, oldest first. */
  history: readonly Attempt[];
}

type DeliveryDraft = Pick<
  Delivery,
  'receiver' | 'sequence' | 'action' | 'model' | 'message' | 'body'
>;

/** What is known of a receiver. */
export interface ReceiverState {
  name: string;
  /** Events up to this one have their deliveries, where the receiver wants them. */
  cursor: number;
  revision: number;
  /** Nothing was delivered since. */
  failingSince?: Date;
  /** Failures in a row that concern the receiver, not one event. */
  failures: number;
  /** Left alone until then. */
  resumeAt?: Date;
  /** Nothing is sent until a person switches it on. */
  off?: { since: Date; why: string };
}

export type ReceiverHealth = Pick<ReceiverState, 'failingSince' | 'failures' | 'resumeAt' | 'off'>;

export interface Deliveries {
  /** The state of a receiver; one that is new begins after the event `head`. */
  receiver(name: string, head: () => Promise<number>): Promise<ReceiverState>;
  /** All that were ever begun. */
  receivers(): Promise<ReceiverState[]>;
  /** Moves the cursor, if it is still at `from`. */
  advance(name: string, from: number, to: number): Promise<void>;
  /** Changes what is known, conditional on what `step` saw; undefined: nothing changes. */
  change(
    name: string,
    step: (seen: ReceiverState) => ReceiverHealth | undefined,
  ): Promise<ReceiverState>;
  /** Once for each receiver and event. */
  add(draft: DeliveryDraft, now: Date): Promise<void>;
  /** Throws NotFound. */
  get(id: string): Promise<Delivery>;
  /** Newest first. */
  list(filter: { receiver?: string; status?: DeliveryStatus; limit: number }): Promise<Delivery[]>;
  /** How many are pending or failed. */
  count(receiver: string, status: DeliveryStatus): Promise<number>;
  /** Pending ones whose time has come, oldest event first. */
  due(receiver: string, now: Date, limit: number): Promise<Delivery[]>;
  /**
   * Counts an attempt before it is made, if no other process began one: the next is due at `until`, should nobody
   * tell how this one ended.
   */
  begin(delivery: Delivery, until: Date): Promise<Delivery | undefined>;
  /** How the attempt ended that `begin` counted. */
  end(
    delivery: Delivery,
    attempt: Attempt,
    next: { status: DeliveryStatus; nextAt: Date },
  ): Promise<void>;
  /** Pending again, due now. */
  again(id: string, now: Date): Promise<Delivery>;
  /** All that were not delivered; gives how many. */
  againAll(receiver: string, now: Date): Promise<number>;
  /** Forgets those from before. */
  prune(before: Date): Promise<void>;
}

/** The configured receivers. */
export interface Webhooks {
  list(): readonly ReceiverSpec[];
  /** Throws NotFound. */
  get(name: string): ReceiverSpec;
  /** The workspace and the address of its page, for what is sent. */
  origin: { workspace: string; publicUrl?: string | undefined };
  /** Makes one attempt. Throws the signal's reason, and nothing else. */
  send(
    receiver: ReceiverSpec,
    message: { id: string; body: string },
    signal: AbortSignal,
  ): Promise<Sent>;
}
