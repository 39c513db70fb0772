import mongoose, { mongo } from 'mongoose';
import { RegistryAway, Unreachable } from '../core/errors.ts';

const DUPLICATE = 11000;
/** BadValue, TypeMismatch, FailedToParse, PathNotViable, ConflictingUpdateOperators, ImmutableField … */
const OUR_MISTAKES = new Set([2, 9, 14, 28, 40, 52, 59, 66]);

/** Whether a unique index rejected the write. */
function isDuplicate(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === DUPLICATE;
}

/** Runs `write`; undefined if a unique index rejected it. */
export async function unlessThere<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (isDuplicate(error)) return undefined;
    throw error;
  }
}

/** What a database error code means, and what to do. All other errors may be temporary. */
const FAULTS = new Map<unknown, { what: string; next: string }>([
  [
    14031, // OutOfDiskSpace
    {
      what: 'the disk of the store is full, so nothing was stored',
      next: 'Free space on that disk, then try again. The store does not need a restart.',
    },
  ],
  [
    10334, // BSONObjectTooLarge
    {
      what: 'the document is larger than the 16 MiB that a database takes, so nothing was stored',
      next: 'Try again with less data. If you did nothing unusual, please report this.',
    },
  ],
  ...[13, 18].map((code): [number, { what: string; next: string }] => [
    code, // Unauthorized, AuthenticationFailed
    {
      what: 'the database rejected the user name or password',
      next: 'Correct them in MONGODB_URI, and give that user the right to read and write there.',
    },
  ]),
  ...[115, 238].map((code): [number, { what: string; next: string }] => [
    code, // CommandNotSupported, NotImplemented
    {
      what: 'the database does not support an operation that this needs',
      next: 'Wheelhouse needs MongoDB 5 or newer, or its embedded store. If you use one of these, please report this.',
    },
  ]),
]);

const SILENT = {
  what: 'the registry did not answer',
  next: 'Check that MongoDB is running and that its address in the configuration is correct, then try again.',
};

/** The only place that turns database errors into messages. Other errors are passed through. */
export async function reach<T>(activity: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (!isUpstream(error)) throw error;
    const code = error instanceof mongo.MongoServerError ? error.code : undefined;
    const known = FAULTS.get(code);
    if (!known)
      throw new RegistryAway(`${activity}: ${SILENT.what}.`, { next: SILENT.next, cause: error });
    // The database's message names the missing command, or the full disk.
    const said = error instanceof Error ? ` (${error.message})` : '';
    throw new Unreachable(`${activity}: ${known.what}${said}.`, { next: known.next, cause: error });
  }
}

/** `port` with `reach` around every method. `activities` names what each does, for the start of the error. */
export function reached<P extends object>(
  port: P,
  activities: { readonly [M in keyof P]: string },
): P {
  const words = new Map<string | symbol, string>(Object.entries(activities));
  return new Proxy(port, {
    get(target, name, receiver) {
      const method: unknown = Reflect.get(target, name, receiver);
      const activity = words.get(name);
      if (typeof method !== 'function' || activity === undefined) return method;
      return (...given: unknown[]) =>
        reach(activity, async () => Reflect.apply(method, target, given));
    },
  });
}

function isUpstream(error: unknown): boolean {
  if (error instanceof mongo.MongoServerError)
    return typeof error.code !== 'number' || !OUR_MISTAKES.has(error.code);
  if (error instanceof mongo.MongoError) return true;
  if (error instanceof mongoose.Error.MongooseServerSelectionError) return true;
  // Without buffering, mongoose throws this bare error while there is no connection.
  return error instanceof mongoose.Error && /initial connection|disconnect/i.test(error.message);
}
