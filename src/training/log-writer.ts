interface LogWriter {
  /** Resolves at once, or, if the disk is slower than the program, when it has caught up. */
  add(line: string): Promise<void>;
  /** Resolves when everything is written. */
  flush(): Promise<void>;
}

/** How many lines may wait for the disk before the program has to. */
const MOST_WAITING = 1000;

/**
 * Writes lines in order, as many at a time as have accumulated. Both methods throw what `write` once threw: a
 * log must not have gaps.
 */
export function createLogWriter(write: (lines: string) => Promise<void>): LogWriter {
  let waiting: string[] = [];
  let underWay: Promise<void> | undefined;
  let broken: { error: unknown } | undefined;

  async function empty(): Promise<void> {
    try {
      while (waiting.length > 0 && !broken) {
        const lines = waiting.join('\n');
        waiting = [];
        await write(lines);
      }
    } catch (error) {
      broken = { error };
    } finally {
      underWay = undefined;
    }
  }

  async function flush(): Promise<void> {
    // With nothing to write, its end would come before it is kept here, and never be noticed.
    if (waiting.length > 0) underWay ??= empty();
    await underWay;
    if (broken) throw broken.error;
  }

  return {
    async add(line) {
      if (broken) throw broken.error;
      waiting.push(line);
      underWay ??= empty();
      if (waiting.length > MOST_WAITING) await flush();
    },
    flush,
  };
}
