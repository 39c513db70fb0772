import { withoutSecrets } from './secrets.ts';

/** Who must act next. Determines the reply, the retry and the log level. */
export type Blame = 'user' | 'upstream' | 'us';

interface Details {
  /** What to do next, as a sentence. */
  next?: string;
  cause?: unknown;
}

/** An error that names the activity and the next step. Any other thrown value is a bug in Wheelhouse. */
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

/** The input was not understood: an unknown command, option or value. Nothing was changed. */
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

/** Understood but not allowed: a missing role, a failed gate, nothing to act on. */
export class Refused extends WheelhouseError {
  constructor(message: string, details?: Details) {
    super('user', message, details);
  }
}

/** What somebody asked for waited so long that they do not expect it any more. */
export class WaitedTooLong extends Refused {
  readonly payload: unknown;

  constructor(at: Date, payload: unknown) {
    const since = at.toISOString().slice(0, 16).replace('T', ' ');
    super(`This was asked for at ${since} UTC and waited too long, so nothing was done.`, {
      next: 'Ask again if it is still wanted.',
    });
    this.payload = payload;
  }
}

/** A server, program or disk that we depend on failed. Can be retried. */
export class Unreachable extends WheelhouseError {
  constructor(message: string, details?: Details) {
    super('upstream', message, details);
  }
}

/** The registry did not answer. */
export class RegistryAway extends Unreachable {}

/** A server applies a rate limit: retry after the given time. */
export class Busy extends Unreachable {
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number, details?: Details) {
    super(message, details);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The one line that a person reads, whatever was thrown. Contains no secrets. */
export function inWords(error: unknown): string {
  return withoutSecrets(wordsOf(error));
}

function wordsOf(error: unknown): string {
  if (error instanceof WheelhouseError) {
    // A quoted log ends with someone else's text, so the next step gets its own line.
    const gap = error.message.includes('\n') ? '\n' : ' ';
    return error.next ? `${error.message}${gap}${error.next}` : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
