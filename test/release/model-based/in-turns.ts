/** Waits for the caller's turn. */
export type Turn = () => Promise<void>;

export const atOnce: Turn = async () => {};

/** A port on which every call waits for its turn. */
export function paced<P extends object>(port: P, turn: Turn): P {
  return new Proxy(port, {
    get(target, name) {
      const real: unknown = Reflect.get(target, name);
      if (typeof real !== 'function') return real;
      return async (...given: unknown[]): Promise<unknown> => {
        await turn();
        return Reflect.apply(real, target, given);
      };
    },
  });
}

/**
 * Runs two actions at once, one port call at a time: `order` says whose turn it is, and a turn of an action that has
 * ended goes to the other. The same order gives the same interleaving, however long a call takes.
 */
export async function inTurns(
  order: readonly (0 | 1)[],
  actors: readonly [(turn: Turn) => Promise<unknown>, (turn: Turn) => Promise<unknown>],
): Promise<void> {
  const waiting: (() => void)[][] = [[], []];
  const ended = [false, false];
  const all = Promise.allSettled(
    actors.map(async (act, at) => {
      try {
        await act(
          () =>
            new Promise((resolve) => {
              waiting[at]?.push(resolve);
            }),
        );
      } finally {
        ended[at] = true;
      }
    }),
  );
  const isBlocked = (at: number) => ended[at] === true || (waiting[at]?.length ?? 0) > 0;
  for (let next = 0; !ended.every(Boolean); ) {
    // What they do between two calls is short, and may read files.
    if (!(isBlocked(0) && isBlocked(1))) {
      await new Promise(setImmediate);
      continue;
    }
    const wanted = order[next++] ?? 0;
    const at = (waiting[wanted]?.length ?? 0) > 0 ? wanted : 1 - wanted;
    waiting[at]?.shift()?.();
    await new Promise(setImmediate);
  }
  for (const result of await all) if (result.status === 'rejected') throw result.reason;
}
