import { inBatches, readNumbers } from '../../datasets/files/columns.ts';
import type { Table, Tables } from '../../datasets/files/open.ts';
import type { ColumnFigures } from '../../monitoring/files/figures.ts';
import { compareHere, startThread } from './numbers-thread.ts';

/** Values of both files from which a thread saves more time than it takes to start. */
const WORTH_A_THREAD = 4_000_000;

/** The memory of one group of columns, for each column a buffer of each file. */
interface Held {
  reference: ArrayBuffer[];
  current: ArrayBuffer[];
}

/**
 * Measures numeric columns of two files, some at a time. While one group is compared, the next one is read: both
 * take about as long. `meanwhile` runs when all are read, and may use the connection while the rest is compared.
 * `threadFrom`: number of values from which columns are compared in a thread.
 */
export async function measureNumbers(
  names: readonly string[],
  [reference, current]: readonly [Table, Table],
  { connection }: Tables,
  meanwhile: () => Promise<void> = async () => {},
  threadFrom: number = WORTH_A_THREAD,
): Promise<ColumnFigures[]> {
  const rows = reference.rows + current.rows;
  const thread = rows * names.length >= threadFrom ? startThread() : undefined;
  const compare = thread?.compare ?? compareHere;
  const free: Promise<Held>[] = [0, 1].map(async () => ({ reference: [], current: [] }));
  const figures: ColumnFigures[] = [];
  try {
    for (const batch of inBatches(names, rows)) {
      const held = await free.shift();
      if (!held) throw new Error('reading columns: no memory is left to read into');
      const before = await readNumbers(reference, batch, held.reference, connection);
      const after = await readNumbers(current, batch, held.current, connection);
      const compared = Promise.all(
        batch.flatMap((name, at) => {
          const [a, b] = [before[at], after[at]];
          return a && b ? [compare({ name, reference: a, current: b })] : [];
        }),
      );
      const returned = compared.then((all) => {
        figures.push(...all.map((one) => one.figures));
        return {
          reference: all.map((one) => one.reference),
          current: all.map((one) => one.current),
        };
      });
      // Awaited below; until then a failure must not end the process.
      returned.catch(() => {});
      free.push(returned);
    }
    await meanwhile();
    await thread?.help();
    await Promise.all(free);
    return figures;
  } finally {
    await thread?.close();
  }
}
