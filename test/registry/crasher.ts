import type { mongo } from 'mongoose';

export interface Crasher {
  /** Counts the writes of these models from now on. */
  arm(...models: object[]): void;
  /** The same database, whose writes are counted. */
  on(db: mongo.Db): mongo.Db;
  /** Runs `act`, which dies before its write number `writes` + 1; returns whether it did. */
  after(writes: number, act: () => Promise<unknown>): Promise<boolean>;
  readonly crashes: number;
}

class Crash extends Error {}

/** The writing methods of a plain collection. */
const WRITES = new Set<string | symbol>([
  'insertOne',
  'insertMany',
  'updateOne',
  'updateMany',
  'findOneAndUpdate',
  'replaceOne',
  'deleteOne',
  'deleteMany',
  'bulkWrite',
  'createIndex',
  'dropIndex',
]);

/** Ends an operation between two of its writes, as the end of its process would. */
export function crasher(): Crasher {
  let left = Number.POSITIVE_INFINITY;
  let crashes = 0;

  function write() {
    if (left === 0) throw new Crash('the process died here');
    left -= 1;
  }

  return {
    get crashes() {
      return crashes;
    },

    arm(...models) {
      for (const model of models) {
        for (const name of ['create', 'updateOne', 'updateMany', 'findOneAndUpdate'] as const) {
          const real: unknown = Reflect.get(model, name);
          if (typeof real !== 'function') throw new Error(`no ${name} to crash`);
          Reflect.set(model, name, (...given: unknown[]) => {
            write();
            return Reflect.apply(real, model, given);
          });
        }
      }
    },

    on: (db) =>
      intercepted(db, 'collection', (collection) =>
        typeof collection !== 'object' || !collection
          ? collection
          : new Proxy(collection, {
              get(target, name) {
                const method: unknown = Reflect.get(target, name);
                if (typeof method !== 'function') return method;
                return (...given: unknown[]) => {
                  if (WRITES.has(name)) write();
                  return Reflect.apply(method, target, given);
                };
              },
            }),
      ),

    async after(writes, act) {
      left = writes;
      try {
        await act();
        return false;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        crashes += 1;
        return true;
      } finally {
        left = Number.POSITIVE_INFINITY;
      }
    },
  };
}

/** `whole`, with the result of `method` passed through `change`. */
function intercepted<T extends object>(
  whole: T,
  method: keyof T,
  change: (result: unknown) => unknown,
): T {
  return new Proxy(whole, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, given);
        return name === method ? change(result) : result;
      };
    },
  });
}
