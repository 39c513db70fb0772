import type { Doc } from './values.ts';

/** An error a client is meant to see: as the reply to a command, or to one of its writes. */
export class StoreError extends Error {
  readonly reply: Doc;

  /** @param code MongoDB's number: the registry tells duplicates and mistakes of ours by it */
  constructor(code: 2 | 8 | 43 | 115 | 11000, message: string, details: Doc = {}) {
    super(message);
    this.reply = { ok: 0, code, errmsg: message, ...details };
  }
}

/** A refusal by design: the real thing is one setting away. */
export function unsupported(what: string): StoreError {
  const message = `the embedded store takes no ${what}; set MONGODB_URI to a real MongoDB server`;
  return new StoreError(115, message, { codeName: 'CommandNotSupported' });
}

export function replyTo(error: unknown): Doc {
  return (error instanceof StoreError ? error : new StoreError(8, String(error))).reply;
}
