import { inWords, Refused } from '../core/errors.ts';
import type { ModelSpec } from '../core/model.ts';
import { numbersIn } from '../core/ports/predictions.ts';
import type { TrainerPredictions } from '../core/ports/programs.ts';
import { ask, columnsOf, quote } from './parquet.ts';

/** The column that says which row of the data a prediction is for, from 0. */
const ROW = 'row';

/**
 * What a training program answered to rows of its data: a Parquet file with a column for each number of an answer
 * (`score`, `value`, or the name of each class), and `row` if it leaves some out or has another order.
 * @param rows of the data that it trained on
 * @throws Refused with what is wrong with the file, in one line
 */
export async function readTrainerPredictions(
  path: string,
  { task, classes = [] }: Pick<ModelSpec, 'task' | 'classes'>,
  rows: number,
): Promise<TrainerPredictions> {
  const kind = numbersIn(task.answer);
  const names = kind === undefined || kind === 'probabilities' ? classes : [kind];
  const types = await columnsOf(path).catch((cause: unknown) => {
    throw refused(`cannot be read: ${inWords(cause)}`, cause);
  });
  const missing = names.filter((name) => !types.has(name));
  if (missing.length > 0) throw refused(`lack the column ${missing.join(', ')}`);
  // A class may be called "row": then every row has a prediction.
  const isNumbered = types.has(ROW) && !names.includes(ROW);
  const selection = [
    ...names.map((name) => `TRY_CAST(${quote(name)} AS DOUBLE) AS ${quote(name)}`),
    ...(isNumbered ? [`TRY_CAST(${quote(ROW)} AS DOUBLE) AS ${quote(ROW)}`] : []),
  ];
  const found = await ask(path, selection.join(', ')).catch((cause: unknown) => {
    throw refused(`cannot be read: ${inWords(cause)}`, cause);
  });
  const columns = names.map((name) => found.get(name) ?? []);
  const count = columns[0]?.length ?? 0;
  const at = isNumbered ? positions(found.get(ROW) ?? [], rows) : inOrder(count, rows);
  const answers = new Float64Array(count * names.length);
  columns.forEach((column, of) => {
    column.forEach((value, row) => {
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw refused(`have no finite number as ${names[of]} in row ${row}`);
      answers[row * names.length + of] = value;
    });
  });
  return { rows: at, answers };
}

function inOrder(count: number, rows: number): Int32Array {
  if (count === rows && rows > 0) return Int32Array.from({ length: count }, (_, row) => row);
  throw refused(`are ${count} for ${rows} rows, and have no column "${ROW}"`);
}

function positions(column: readonly unknown[], rows: number): Int32Array {
  if (column.length === 0) throw refused('have no rows');
  const seen = new Set<number>();
  return Int32Array.from(column, (value) => {
    const row = typeof value === 'number' ? value : Number.NaN;
    if (!Number.isInteger(row) || row < 0 || row >= rows)
      throw refused(`name the row ${String(value)}, where the data has rows 0 to ${rows - 1}`);
    if (seen.has(row)) throw refused(`name the row ${row} twice`);
    seen.add(row);
    return row;
  });
}

function refused(what: string, cause?: unknown): Refused {
  return new Refused(`The predictions that the training program reported ${what}.`, {
    next: 'docs/training-contract.md says how to write them; they may also be left out.',
    ...(cause !== undefined && { cause }),
  });
}
