import type { Doc } from './values.ts';

/** MongoDB's numbers for the errors this store can answer with. */
const CODES = {
  BadValue: 2,
  UnknownError: 8,
  FailedToParse: 9,
  TypeMismatch: 14,
  NamespaceNotFound: 26,
  IndexNotFound: 27,
  PathNotViable: 28,
  ConflictingUpdateOperators: 40,
  CursorNotFound: 43,
  NamespaceExists: 48,
  ImmutableField: 66,
  CannotCreateIndex: 67,
  IndexOptionsConflict: 85,
  IndexKeySpecsConflict: 86,
  CommandNotSupported: 115,
  BSONObjectTooLarge: 10334,
  DuplicateKey: 11000,
} as const;

/** An error a client is meant to see, in MongoDB's own terms. */
export class StoreError extends Error {
  readonly codeName: keyof typeof CODES;
  readonly details: Doc;

  constructor(codeName: keyof typeof CODES, message: string, details: Doc = {}) {
    super(message);
    this.name = 'StoreError';
    this.codeName = codeName;
    this.details = details;
  }

  get code(): number {
    return CODES[this.codeName];
  }
}

/** A refusal by design: the real thing is one setting away. */
export function unsupported(what: string): StoreError {
  return new StoreError(
    'CommandNotSupported',
    `${what} is not supported by the embedded store; set MONGODB_URI to use a real MongoDB server`,
  );
}

/** @returns the failed reply to a command: `{ ok: 0, errmsg, code, codeName, … }` */
export function failure(error: unknown): Doc {
  const known = asStoreError(error);
  return {
    ok: 0,
    errmsg: known.message,
    code: known.code,
    codeName: known.codeName,
    ...known.details,
  };
}

/** @returns one entry of `writeErrors` */
export function writeError(error: unknown, index: number): Doc {
  const known = asStoreError(error);
  return { index, code: known.code, errmsg: known.message, ...known.details };
}

function asStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  // mingo asserts with errors of its own: what it refuses, the client asked for.
  return new StoreError('UnknownError', error instanceof Error ? error.message : String(error));
}
