/** Runs tasks with the same key one after another, in order; a failure does not block the next. */
export type InTurn = <T>(key: string, act: () => Promise<T>) => Promise<T>;

export function inTurns(): InTurn {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const turn = (tails.get(key) ?? Promise.resolve()).then(act);
    const tail = turn.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await turn;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
