import { type DuckDBDataChunk, DuckDBListValue, type DuckDBValue } from '@duckdb/node-api';
import { codedRows } from '../../core/feature-columns.ts';
import type { FeatureSchema } from '../../core/model.ts';
import type { RequestBatch } from '../../core/ports/predictions.ts';

/** Columns of a chunk before those of the features; `odd` see `withFeatures`. */
export const COLUMNS = ['version', '"time"', 'answer', 'label', 'class', 'odd'] as const;
const [VERSION, TIME, ANSWER, LABEL, CLASS, ODD] = [0, 1, 2, 3, 4, 5];

/** Collects up to `capacity` rows of chunks with these columns, without an object a row. */
export function requestRows(features: FeatureSchema, width: number, capacity: number) {
  const versions = new Int32Array(capacity);
  const times = new Float64Array(capacity);
  const answers = new Float64Array(capacity * width).fill(Number.NaN);
  const labels: (number | string | null)[] = [];
  const incomplete = new Uint8Array(capacity);
  const columns = Object.entries(features).map(([name, kind]) => ({
    ...{ name, isNumber: kind === 'number' },
    ...(kind === 'number' ? numberRows(capacity) : categoryRows(capacity)),
  }));
  let rows = 0;

  /** Parsed here and not by DuckDB, as the gateway did. */
  function addOdd(text: string, row: number): void {
    const sent = fieldsOf(text);
    for (const { name, set } of columns) {
      if (!Object.hasOwn(sent, name)) incomplete[row] = 1;
      set(row, plain(sent[name]));
    }
  }

  return {
    get rows() {
      return rows;
    },

    add(chunk: DuckDBDataChunk): void {
      const count = chunk.rowCount;
      const vector = (at: number) => chunk.getColumnVector(at);
      const [version, time, answer] = [vector(VERSION), vector(TIME), vector(ANSWER)];
      const [label, named, odd] = [vector(LABEL), vector(CLASS), vector(ODD)];
      for (let row = 0; row < count; row += 1) {
        versions[rows + row] = Number(version.getItem(row));
        times[rows + row] = Number(time.getItem(row));
        writeNumbers(answer.getItem(row), answers, (rows + row) * width, width);
        labels.push(plain(label.getItem(row)) ?? plain(named.getItem(row)));
      }
      for (const [at, { set }] of columns.entries()) {
        const values = vector(COLUMNS.length + at);
        for (let row = 0; row < count; row += 1) set(rows + row, plain(values.getItem(row)));
      }
      for (let row = 0; row < count; row += 1) {
        const text = odd.getItem(row);
        if (typeof text === 'string') addOdd(text, rows + row);
      }
      rows += count;
    },

    batch: (): RequestBatch => ({
      ...{ rows, labels, versions: versions.subarray(0, rows), times: times.subarray(0, rows) },
      ...{ answers: answers.subarray(0, rows * width), incomplete: incomplete.subarray(0, rows) },
      features: Object.fromEntries(columns.map(({ name, column }) => [name, column(rows)])),
    }),
  };
}

type Sent = number | string | null;

/** Text in the place of a number is none, as for the model. */
function numberRows(capacity: number) {
  const values = new Float64Array(capacity);
  const set = (row: number, value: Sent) => {
    values[row] = typeof value === 'number' ? value : Number.NaN;
  };
  return { set, column: (rows: number) => values.subarray(0, rows) };
}

/** A number in the place of a category is its text, as for the model. */
function categoryRows(capacity: number) {
  const { set, column } = codedRows(capacity);
  return {
    column,
    set: (row: number, value: Sent) => set(row, typeof value === 'number' ? `${value}` : value),
  };
}

export function fieldsOf(text: unknown): Record<string, unknown> {
  const fields: unknown = typeof text === 'string' ? JSON.parse(text) : {};
  return isRecord(fields) ? fields : {};
}

/** Nothing is written, and so it stays NaN, unless the answer has so many numbers. */
export function writeNumbers(
  answer: DuckDBValue | undefined,
  to: Float64Array,
  place: number,
  width: number,
): void {
  if (typeof answer === 'number') {
    if (width === 1) to[place] = answer;
    return;
  }
  if (!(answer instanceof DuckDBListValue) || answer.items.length !== width) return;
  const numbers = answer.items.filter((item) => typeof item === 'number');
  if (numbers.length === width) to.set(numbers, place);
}

export const plain = (value: unknown): number | string | null =>
  typeof value === 'number' || typeof value === 'string' ? value : null;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
