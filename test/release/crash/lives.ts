import { AsyncLocalStorage } from 'node:async_hooks';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import mongoose from 'mongoose';

/** A process that dies after one of its outgoing calls. */
interface Life {
  /** Calls until its death. */
  left: number;
  isDead: boolean;
  die(): void;
  calls: string[];
}

const lives = new AsyncLocalStorage<Life>();
const never = <T>(): Promise<T> => new Promise(() => {});

/** An outgoing call: it takes effect, and a process that dies then gets no reply. */
export async function mortal<T>(what: string, call: () => Promise<T>): Promise<T> {
  const life = lives.getStore();
  if (!life) return call();
  if (life.isDead) return never();
  life.calls.push(what);
  const isLast = life.left === 0;
  life.left -= 1;
  try {
    return await call();
  } finally {
    if (isLast && !life.isDead) {
      life.isDead = true;
      life.die();
    }
    // Those that were sent at the same time take effect too.
    if (life.isDead) await never();
  }
}

/** What another process does on request continues when the requester is dead. */
export const elsewhere = <T>(act: () => Promise<T>): Promise<T> => lives.exit(act);

/** A port without a collection: every call leaves the process. */
export function mortalPort<P extends object>(name: string, port: P): P {
  return new Proxy(port, {
    get(target, method) {
      const real: unknown = Reflect.get(target, method);
      if (typeof real !== 'function') return real;
      return (...given: unknown[]) =>
        mortal(`${name}.${String(method)}`, async () => Reflect.apply(real, target, given));
    },
  });
}

/**
 * Runs `act` in a process that dies after call number `at`, counted from 0. Resolves with its calls and whether it
 * died; passes on what `act` throws.
 */
export async function live(
  at: number,
  act: () => Promise<void>,
): Promise<{ died: boolean; calls: readonly string[] }> {
  const life: Life = { left: at, isDead: false, die: () => {}, calls: [] };
  const death = new Promise<true>((resolve) => {
    life.die = () => resolve(true);
  });
  const died = await lives.run(life, () => Promise.race([act().then(() => false), death]));
  return { died, calls: life.calls };
}

const CALLS = [
  ...['insertOne', 'insertMany', 'bulkWrite', 'updateOne', 'updateMany', 'replaceOne'],
  ...['deleteOne', 'deleteMany', 'findOneAndUpdate', 'findOneAndReplace', 'findOneAndDelete'],
  ...['findOne', 'countDocuments', 'distinct'],
];
const CURSORS = ['find', 'aggregate'];

/** Makes every database command an outgoing call. Returns how to undo it. */
export function mortalCollections(): () => void {
  const prototype: object = mongoose.Collection.prototype;
  const undo = [...CALLS, ...CURSORS].map((method) => {
    const real: unknown = Reflect.get(prototype, method);
    if (typeof real !== 'function') throw new Error(`a collection of mongoose has no ${method}`);
    const isCursor = CURSORS.includes(method);
    Reflect.set(prototype, method, function (this: { name: string }, ...given: unknown[]) {
      const what = `${this.name}.${method}`;
      if (isCursor) return mortalCursor(what, Reflect.apply(real, this, given));
      return mortal(what, async () => Reflect.apply(real, this, given));
    });
    return () => Reflect.set(prototype, method, real);
  });
  return () => {
    for (const restore of undo) restore();
  };
}

const READS = ['readFile', 'readdir', 'stat', 'access'] as const;

/** Makes every file read an outgoing call: keys are read before a ticket is trusted. */
export function mortalFiles(): () => void {
  const undo = READS.map((method) => {
    const real: unknown = Reflect.get(files, method);
    if (typeof real !== 'function') throw new Error(`node:fs/promises has no ${method}`);
    Reflect.set(files, method, (...given: unknown[]) =>
      mortal(`files.${method}`, async () => Reflect.apply(real, files, given)),
    );
    return () => Reflect.set(files, method, real);
  });
  syncBuiltinESMExports();
  return () => {
    for (const restore of undo) restore();
    syncBuiltinESMExports();
  };
}

/** The command is sent when its rows are read. */
function mortalCursor(what: string, cursor: object): object {
  const real: unknown = Reflect.get(cursor, 'toArray');
  if (typeof real === 'function')
    Reflect.set(cursor, 'toArray', () => mortal(what, async () => Reflect.apply(real, cursor, [])));
  return cursor;
}
