import { withoutSecrets } from './secrets.ts';

/** Who must act next. Decides the reply, the retry and the log level. */
export type Blame = 'user' | 'upstream' | 'us';

interface Details {
  /** What to do next, as a sentence. */
  next?: string;
  cause?: unknown;
}

/** An error that names the activity and the next step. Everything else that is thrown is a fault of ours. */
export class WheelhouseError extends Error {
  readonly blame: Blame;
  readonly next: string | undefined;

  constructor(blame: Blame, message: string, { next, cause }: Details = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.blame = blame;
    this.next = next;
  }
}

/** The words were not understood: an unknown command, option or value. Nothing was changed. */
export class BadInput extends WheelhouseError {
  constructor(message: string, details?: Details) {
    super('user', message, details);
  }
}

export class NotFound extends WheelhouseError {
  constructor(message: string, details?: Details) {
    super('user', message, details);
  }
}

/** Understood, and not allowed: a missing right, a closed gate, nothing to do it to. */
export class Refused extends WheelhouseError {
  constructor(message: string, details?: Details) {
    super('user', message, details);
  }
}

/** A server, a program or a disk that we depend on did not do its part. Worth another try. */
export class Unreachable extends WheelhouseError {
  constructor(message: string, details?: Details) {
    super('upstream', message, details);
  }
}

/** A server applies a rate limit: retry after the time that it names. */
export class Busy extends Unreachable {
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, details?: Details) {
    super(message, details);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The one line that a person gets to read, whatever was thrown. No secret of ours is in it. */
export function inWords(error: unknown): string {
  return withoutSecrets(wordsOf(error));
}

function wordsOf(error: unknown): string {
  if (error instanceof WheelhouseError) {
    // What quotes a log ends in somebody else's words: the next step gets a line of its own.
    const gap = error.message.includes('\n') ? '\n' : ' ';
    return error.next ? `${error.message}${gap}${error.next}` : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
