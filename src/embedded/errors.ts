import type { Doc } from './values.ts';

/** MongoDB's error codes: the registry recognizes duplicates and our own mistakes by them. */
const NAMES = {
  2: 'BadValue',
  8: 'UnknownError',
  9: 'FailedToParse',
  13: 'Unauthorized',
  18: 'AuthenticationFailed',
  26: 'NamespaceNotFound',
  27: 'IndexNotFound',
  43: 'CursorNotFound',
  50: 'MaxTimeMSExpired',
  66: 'ImmutableField',
  72: 'InvalidOptions',
  85: 'IndexOptionsConflict',
  86: 'IndexKeySpecsConflict',
  115: 'CommandNotSupported',
  10334: 'BSONObjectTooLarge',
  11000: 'DuplicateKey',
  14031: 'OutOfDiskSpace',
} as const;

/** An error that a client should see: as the reply to a command, or to one of its writes. */
export class StoreError extends Error {
  readonly reply: Doc;

  constructor(code: keyof typeof NAMES, message: string, details: Doc = {}) {
    super(message);
    this.reply = { ok: 0, code, codeName: NAMES[code], errmsg: message, ...details };
  }
}

/** Refused by design: a real server is one setting away. */
export function unsupported(what: string): StoreError {
  const message = `the embedded store takes no ${what}; set MONGODB_URI to a real MongoDB server`;
  return new StoreError(115, message);
}

export function replyTo(error: unknown): Doc {
  return (error instanceof StoreError ? error : new StoreError(8, String(error))).reply;
}
