/** The name of an object is the SHA-256 of its bytes, in lower case hexadecimal. */
export interface StoredObject {
  sha256: string;
  bytes: number;
}

/** As listed: without a look at its bytes. */
export interface ListedObject extends StoredObject {
  /** When it was last stored, by the clock of the store. Storing it again renews it. */
  at: Date;
}

/** A local file whose hash was verified when it was opened. It stays until it is closed. */
export interface OpenObject {
  path: string;
  close(): Promise<void>;
}

/** A request that needs no credentials of ours, for whoever has none. */
export interface SignedRequest {
  method: 'GET' | 'PUT';
  url: string;
  /** To send along, exactly as given. */
  headers: Readonly<Record<string, string>>;
  expires: Date;
}

/**
 * For programs on other machines. They cannot put an object under its hash, which nobody knows before they are done:
 * they put it into a slot, and whoever started them takes it from there.
 */
export interface SignedAccess {
  get(sha256: string, seconds: number): Promise<SignedRequest>;
  /** @param slot parts of letters, digits, `.`, `_` and `-`, separated by slashes, e.g. `run-7/2/model` */
  put(slot: string, seconds: number): Promise<SignedRequest>;
  /**
   * Writes what was put there to a new file. Its hash is of the bytes that were received, and not yet what somebody
   * said it is. Throws NotFound if nothing was put there.
   */
  take(slot: string, file: string, signal?: AbortSignal): Promise<StoredObject>;
  /** removes what was put into slots below these parts; none is fine. */
  discard(parts: string, signal?: AbortSignal): Promise<void>;
}

/** Files that several roles read, each by its hash: written once, never changed. Safe with several processes. */
export interface ObjectStore {
  /**
   * Where an object that was opened has its copy, as `aa/bbbb…`: for processes without credentials. `all`: objects are
   * there without having been opened.
   */
  readonly copies: { dir: string; all: boolean };
  /** Where other programs read an object with credentials of their own, e.g. `s3://bucket/…`; undefined: nowhere. */
  uriOf?(sha256: string): string;
  /** For people: `the folder /state/artifacts`, `the bucket models under flights/`. */
  readonly place: string;
  /**
   * Stores a file, which appears as a whole or not at all, and is durable when this returns. Stored again, it is as new:
   * see `ListedObject.at`. A damaged object is replaced.
   */
  put(file: string, signal?: AbortSignal): Promise<StoredObject>;
  /**
   * Throws NotFound, or ObjectCorrupt if the bytes in the store are not those that were stored.
   */
  open(sha256: string, signal?: AbortSignal): Promise<OpenObject>;
  /** In no order. Files of others beside the objects are left out. */
  list(signal?: AbortSignal): AsyncIterable<ListedObject>;
  /** Those who have it open keep it. It is fine if there is none. */
  remove(sha256: string, signal?: AbortSignal): Promise<void>;
  /**
   * Says once and for all whose objects these are, so that nobody removes those of another registry.
   * @returns the owner: this one, or whoever was first
   */
  claim(owner: string, signal?: AbortSignal): Promise<string>;
  /** Removes what writers left behind that were killed before then: parts of files, and what is still in slots. */
  tidy(before: Date, signal?: AbortSignal): Promise<void>;
  /** Undefined: the store has no addresses that others could reach. */
  readonly signed?: SignedAccess;
}
