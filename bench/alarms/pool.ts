import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Cell, Simulated } from './cells.ts';

/** More processes would not be faster on the machines that this is run on. */
const MOST = 4;

/** Simulates all cells in a few processes; the results are in the order of the cells. */
export async function simulateAll(
  cells: readonly Cell[],
  told: (done: number) => void,
): Promise<Simulated[]> {
  const results: Simulated[] = [];
  const queue = [...cells.entries()];
  let done = 0;
  const work = async () => {
    const child = fork(new URL('child.ts', import.meta.url), { serialization: 'advanced' });
    try {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const [at, cell] = next;
        results[at] = await answerOf(child, cell);
        done += 1;
        told(done);
      }
    } finally {
      child.kill();
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST, availableParallelism()) }, work));
  return results;
}

function answerOf(child: ChildProcess, cell: Cell): Promise<Simulated> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) =>
      reject(new Error(`simulating ${JSON.stringify(cell)}: its process exited with ${code}`));
    child.once('exit', gone);
    child.once('message', (result: Simulated) => {
      child.off('exit', gone);
      resolve(result);
    });
    child.send(cell);
  });
}
