import type { ClaimedHeaders } from '../signed-message.ts';

/** A signed call that brought new data of a model, or told where it is. */
export interface HookCall {
  /** Derived from the model, the source and its `webhook-id`: the same call again is this one. */
  id: string;
  model: string;
  source: string;
  /** SHA-256 of the body: another body under the same ID is another call, and refused. */
  sha256: string;
  bytes: number;
  /** The file, relative to the folder of the source. */
  file: string;
  /** `posted`: the body is the file; `announced`: the file is in the folder, or will be. */
  kind: 'posted' | 'announced';
  /** The body is stored here, and not yet in the folder. */
  isWaiting: boolean;
  at: Date;
}

/** What was posted, until it is in the folder of its source. */
export interface HookCalls {
  /** Stores the call, once: the first one is kept, and returned. */
  add(
    call: Omit<HookCall, 'isWaiting'>,
    body: Uint8Array,
  ): Promise<{ kept: HookCall; isNew: boolean }>;
  /** Undefined if it never came, or was forgotten. */
  find(id: string): Promise<HookCall | undefined>;
  /** Since then, oldest first. */
  list(model: string, source: string, since: Date): Promise<HookCall[]>;
  /** The body of a posted call; undefined once it is in the folder. */
  body(id: string): Promise<Uint8Array | undefined>;
  /** The body is in the folder, and need not be kept here. */
  laidOut(id: string): Promise<void>;
  /** How many bodies are not in the folder yet. */
  waiting(model: string, source: string): Promise<number>;
  /** Forgets those from before. */
  prune(before: Date): Promise<void>;
}

/** A call as it came in. */
export interface IncomingCall {
  headers: ClaimedHeaders;
  contentType: string | undefined;
  body: Uint8Array;
}

export type Received =
  | { kind: 'taken' | 'repeated'; file: string }
  /** Nothing was stored. */
  | { kind: 'refused'; status: number; words: string; retryAfterSeconds?: number };

/** Takes signed calls with new data. */
export interface DataHooks {
  /** The largest body of a call for a model, in bytes; the same for a model that takes none. */
  limit(model: string): number;
  receive(model: string, call: IncomingCall): Promise<Received>;
}
