import { setTimeout as sleep } from 'node:timers/promises';

export interface Turns {
  /** Resolves when it is our turn at `place`, `paceMs` after the previous one. Rejects if aborted. */
  next(place: string, paceMs: number, signal: AbortSignal): Promise<void>;
  /** No turn at `place` within the next `ms`: the platform applied a rate limit. */
  hold(place: string, ms: number): void;
}

/** Monotonic time in milliseconds, not the clock that an administrator can set back. */
export interface Stopwatch {
  now(): number;
  /** Rejects if aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

const realTime: Stopwatch = {
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
};

interface Queue {
  last: Promise<void>;
  waiting: number;
  /** Monotonic time. */
  freeAt: number;
}

/** One message at a time in each place, at the platform's rate; places do not wait for each other. */
export function createTurns(time: Stopwatch = realTime): Turns {
  const queues = new Map<string, Queue>();
  const wait = ({ freeAt }: Queue): number => freeAt - time.now();
  const at = (place: string): Queue => {
    const known = queues.get(place);
    if (known) return known;
    forgetIdle();
    const queue = { last: Promise.resolve(), waiting: 0, freeAt: 0 };
    queues.set(place, queue);
    return queue;
  };

  function forgetIdle(): void {
    for (const [place, queue] of queues)
      if (queue.waiting === 0 && wait(queue) <= 0) queues.delete(place);
  }

  async function reach(queue: Queue, paceMs: number, signal: AbortSignal): Promise<void> {
    // If it is told to wait while it waits, it waits again.
    for (let left = wait(queue); left > 0; left = wait(queue)) await time.sleep(left, signal);
    signal.throwIfAborted();
    queue.freeAt = time.now() + paceMs;
  }

  return {
    async next(place, paceMs, signal) {
      const queue = at(place);
      queue.waiting += 1;
      const turn = queue.last.then(() => reach(queue, paceMs, signal));
      queue.last = turn.catch(() => undefined);
      try {
        await turn;
      } finally {
        queue.waiting -= 1;
      }
    },
    hold(place, ms) {
      const queue = at(place);
      queue.freeAt = Math.max(queue.freeAt, time.now() + ms);
    },
  };
}
