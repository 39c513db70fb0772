import { WheelhouseError } from '../core/errors.ts';

/** A signature, a statement or a file is not what it claims to be. Nothing may rely on it. */
export class NotProven extends WheelhouseError {
  constructor(message: string, details?: { next?: string; cause?: unknown }) {
    super('user', message, details);
  }
}
