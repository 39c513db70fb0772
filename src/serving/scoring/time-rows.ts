import type { ServedModel } from '../model.ts';
import type { Batch } from './messages.ts';

/** Not counted: the first rows of a process are slower than those of one that has been up for a while. */
const WARM_UP_ROWS = 20;

/**
 * How long each row takes alone, in milliseconds, until the rows or the budget end. The process does nothing else, so
 * this is what the model takes, without a gateway's queue.
 */
export async function timeRows(
  model: Pick<ServedModel, 'answer'>,
  { columns, rows, budgetMs }: Extract<Batch, { type: 'time' }>,
): Promise<Float64Array> {
  const until = performance.now() + budgetMs;
  const one = (row: number) => columns.map((column) => column.slice(row, row + 1));
  for (let row = 0; row < Math.min(WARM_UP_ROWS, rows) && performance.now() < until; row += 1)
    await model.answer(one(row), 1);
  const times: number[] = [];
  for (let row = 0; row < rows && performance.now() < until; row += 1) {
    const input = one(row);
    const began = performance.now();
    await model.answer(input, 1);
    times.push(performance.now() - began);
  }
  return Float64Array.from(times);
}
