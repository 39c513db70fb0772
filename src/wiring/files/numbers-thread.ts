import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { ColumnFigures } from '../../monitoring/files/figures.ts';
import { compareNumbers, type NumberSide } from '../../monitoring/files/numbers.ts';

/** Two samples of one column. Their memory moves to the thread and back. */
export interface NumberPair {
  name: string;
  reference: NumberSide<ArrayBuffer>;
  current: NumberSide<ArrayBuffer>;
}

export interface Compared {
  figures: ColumnFigures;
  /** The memory of the pair, to be filled again. */
  reference: ArrayBuffer;
  current: ArrayBuffer;
}

interface Waiting {
  pair: NumberPair;
  resolve(compared: Compared): void;
  reject(cause: unknown): void;
}

/** Pairs that the thread has at once: the next one is there when it is done with one. */
const AHEAD = 2;

/**
 * A thread that compares columns one after the other, while the next ones are read. One is enough: reading takes a
 * core too, and on two cores a second thread only added memory. Once everything is read, this thread helps.
 */
export function startThread() {
  // None of the process's own flags: some, such as --input-type, end a thread at startup.
  const worker = new Worker(SCRIPT, { execArgv: [] });
  const queue: Waiting[] = [];
  const posted: Waiting[] = [];
  let failure: Error | undefined;
  const fail = (cause: unknown) => {
    failure ??= new Error('comparing columns: the thread failed', { cause });
    for (const { reject } of [...posted.splice(0), ...queue.splice(0)]) reject(failure);
  };
  const advance = () => {
    while (posted.length < AHEAD) {
      const next = queue.shift();
      if (!next) return;
      posted.push(next);
      const { reference, current } = next.pair;
      worker.postMessage(next.pair, [reference.values.buffer, current.values.buffer]);
    }
  };
  worker.on('message', (compared: Compared) => {
    posted.shift()?.resolve(compared);
    advance();
  });
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`it ended with code ${code}`)));
  return {
    compare(pair: NumberPair): Promise<Compared> {
      if (failure) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        queue.push({ pair, resolve, reject });
        advance();
      });
    },
    /** Compares in this thread what the other has not begun. */
    async help(): Promise<void> {
      for (let next = queue.pop(); next; next = queue.pop()) {
        compareHere(next.pair).then(next.resolve, next.reject);
        // The other one may have answered meanwhile.
        await setImmediate();
      }
    },
    close: () => worker.terminate(),
  };
}

export async function compareHere({ name, reference, current }: NumberPair): Promise<Compared> {
  return {
    figures: compareNumbers(name, reference, current),
    reference: reference.values.buffer,
    current: current.values.buffer,
  };
}

const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './numbers-source-worker.mjs' : './numbers-worker.js',
  import.meta.url,
);
