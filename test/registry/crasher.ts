export interface Crasher {
  /** Counts the writes of these models from now on. */
  arm(...models: object[]): void;
  /** Runs `act`, which dies before its write number `writes` + 1; whether it did. */
  after(writes: number, act: () => Promise<unknown>): Promise<boolean>;
  readonly crashes: number;
}

class Crash extends Error {}

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
