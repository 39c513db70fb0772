import { Worker } from 'node:worker_threads';
import type { ColumnFigures } from '../../monitoring/files/figures.ts';
import type { NumberSide } from '../../monitoring/files/numbers.ts';

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
  resolve(compared: Compared): void;
  reject(cause: unknown): void;
}

/**
 * A thread that compares columns one after the other, while the next ones are read. One is enough: reading takes a
 * core too, and on two cores a second thread only added memory.
 */
export function startThread() {
  // None of the process's own flags: some, such as --input-type, end a thread at startup.
  const worker = new Worker(SCRIPT, { execArgv: [] });
  const waiting: Waiting[] = [];
  const fail = (cause: unknown) => {
    for (const { reject } of waiting.splice(0))
      reject(new Error('comparing columns: the thread failed', { cause }));
  };
  worker.on('message', (compared: Compared) => waiting.shift()?.resolve(compared));
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`it ended with code ${code}`)));
  return {
    compare(pair: NumberPair): Promise<Compared> {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        worker.postMessage(pair, [pair.reference.values.buffer, pair.current.values.buffer]);
      });
    },
    close: () => worker.terminate(),
  };
}

const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? './numbers-source-worker.mjs' : './numbers-worker.js',
  import.meta.url,
);
