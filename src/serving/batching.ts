import type { LiveVersion } from '../core/ports/serving.ts';
import type { Answers } from '../core/task.ts';
import type { Column, InputColumn } from './feeds.ts';
import type { ServedModel } from './model.ts';

/** The rows of one request, and who waits for the answers. */
interface Waiting {
  columns: readonly InputColumn[];
  rows: number;
  resolve(answers: Answers): void;
  reject(cause: unknown): void;
}

/** A call of more rows takes noticeably longer than a call of one, which all of its requests would wait for. */
const MOST_ROWS = 64;
const TRIED_SIZES = [2, 3, 5, 8, 16, 33, MOST_ROWS];
/** A model that takes longer for a few rows gains little from batches. */
const TRIAL_MS = 500;

/**
 * Requests that arrive together share one call of the model: for a small model a call costs as much for eight
 * rows as for one. Nobody waits for a batch to fill: what has arrived when the event loop has read all sockets
 * goes together. If a batch fails, its requests are answered one by one, so that no caller gets an error because
 * of the rows of another.
 */
export function batched(served: ServedModel): ServedModel {
  let waiting: Waiting[] = [];
  let rows = 0;
  let flush: NodeJS.Immediate | undefined;

  function send(): void {
    clearImmediate(flush);
    const batch = waiting;
    const total = rows;
    [waiting, rows, flush] = [[], 0, undefined];
    const [first] = batch;
    if (batch.length === 1 && first)
      served.answer(first.columns, first.rows).then(first.resolve, first.reject);
    else if (batch.length > 1)
      served.answer(joined(batch), total).then(
        (answers) => share(answers, total, batch),
        () => oneByOne(batch),
      );
  }

  function oneByOne(batch: readonly Waiting[]): void {
    for (const { columns, rows, resolve, reject } of batch)
      served.answer(columns, rows).then(resolve, reject);
  }

  return {
    ...served,
    answer(columns, count) {
      if (count >= MOST_ROWS) return served.answer(columns, count);
      if (rows + count > MOST_ROWS) send();
      return new Promise((resolve, reject) => {
        waiting.push({ columns, rows: count, resolve, reject });
        rows += count;
        flush ??= setImmediate(send);
      });
    },
    release() {
      send();
      served.release();
    },
  };
}

function joined(batch: readonly Waiting[]): Column[] {
  const [first] = batch;
  const all = (first?.columns ?? []).map((): (number | string | null)[] => []);
  for (const { columns, rows } of batch)
    for (let at = 0; at < all.length; at += 1) {
      const [into, from] = [all[at], columns[at]];
      for (let row = 0; row < rows; row += 1) into?.push(from?.[row] ?? null);
    }
  return all;
}

/** Gives each request its rows of the answers. */
function share(answers: Answers, total: number, batch: readonly Waiting[]): void {
  const width = answers.length / total;
  let from = 0;
  for (const { rows, resolve } of batch) {
    const mine = new Float64Array(rows * width);
    for (let at = 0; at < mine.length; at += 1) mine[at] = answers[from + at] ?? Number.NaN;
    from += mine.length;
    resolve(mine);
  }
}

/**
 * Whether a model answers rows together exactly as it answers them one by one, bit for bit: in batches of several
 * sizes, with rows such as it was trained on. Without such rows, or if it takes long, it is not known, and false.
 */
export async function answersAlike(
  served: ServedModel,
  typical: LiveVersion['typical'],
): Promise<boolean> {
  const values = Object.values(typical ?? {});
  if (values.length === 0 || values.some((column) => column.length < 2)) return false;
  // The values of a few rows in other combinations: row n takes another value of each column.
  const columns = values.map((column, at) =>
    Array.from({ length: MOST_ROWS }, (_, row) => mixed(column, row, at)),
  );
  const until = performance.now() + TRIAL_MS;
  const alone: number[] = [];
  let width = 1;
  for (let row = 0; row < MOST_ROWS; row += 1) {
    if (performance.now() > until) return false;
    const answers = await served.answer(
      columns.map((column) => column.slice(row, row + 1)),
      1,
    );
    width = answers.length;
    alone.push(...Array.from(answers));
  }
  for (const size of TRIED_SIZES) {
    if (performance.now() > until) return false;
    const answers = await served.answer(
      columns.map((column) => column.slice(0, size)),
      size,
    );
    for (let at = 0; at < size * width; at += 1)
      if (!Object.is(answers[at], alone[at])) return false;
  }
  return true;
}

const mixed = <T>(column: readonly T[], row: number, at: number): T => {
  const value = column[(row + (at + 1) * Math.floor(row / column.length)) % column.length];
  if (value === undefined) throw new RangeError('a column of typical values is empty.');
  return value;
};
