import { literal, withDatabase } from '../database.ts';
import { oneLine, Unusable } from '../program.ts';
import type { Loss, Target } from './losses/loss.ts';

/** What the trees read. Numbers are float32, as a served model will see them; NaN is missing. */
export type Column =
  | { name: string; kind: 'number'; values: Float32Array }
  | { name: string; kind: 'category'; values: (string | null)[] };

export interface Table {
  rows: number;
  target: Target;
  columns: Column[];
}

type Features = Record<string, 'number' | 'category'>;

/** Below this a model would describe the noise of a handful of rows. */
const FEWEST_ROWS = 100;

/**
 * Reads the columns `label` and those of `features` (in that order) of a Parquet file. `classes` is
 * their order, where the loss tells classes apart and the order is declared.
 * @throws Unusable when the file, a column or the labels cannot be trained on.
 */
export async function readTable(
  path: string,
  features: Features,
  loss: Loss,
  classes?: readonly string[],
): Promise<Table> {
  const wanted = Object.entries(features);
  if (wanted.length === 0) throw new Unusable('reading the data: the request names no features');
  const names = ['label', ...wanted.map(([name]) => name)];
  const casts = wanted.map(([name, kind]) => cast(name, kind === 'number' ? 'DOUBLE' : 'VARCHAR'));
  const values = await columnsOf(path, names, [cast('label', loss.label), ...casts]);
  const [labels = [], ...rest] = values;

  return {
    rows: labels.length,
    target: targetOf(labels, path, loss, classes),
    columns: wanted.map(([name, kind], at): Column => {
      const column = rest[at] ?? [];
      if (kind === 'category') return { name, kind, values: column.map(textOf) };
      return { name, kind, values: Float32Array.from(column, numberOf) };
    }),
  };
}

async function columnsOf(path: string, names: string[], select: string[]): Promise<unknown[][]> {
  const source = `read_parquet(${literal(path)})`;
  return withDatabase(async (db) => {
    try {
      const columns = await db.runAndReadAll(`DESCRIBE SELECT * FROM ${source}`);
      const present = new Set(columns.getRowsJS().map(([name]) => name));
      const missing = names.filter((name) => !present.has(name));
      if (missing.length > 0) {
        throw new Unusable(
          `reading ${path}: no column ${missing.join(', ')}; let the dataset write it`,
        );
      }
      const reader = await db.runAndReadAll(`SELECT ${select.join(', ')} FROM ${source}`);
      return reader.getColumnsJS();
    } catch (cause) {
      if (cause instanceof Unusable) throw cause;
      throw new Unusable(`reading ${path}: ${oneLine(cause)}`, { cause });
    }
  });
}

function targetOf(
  labels: unknown[],
  path: string,
  loss: Loss,
  classes: readonly string[] | undefined,
): Target {
  const doing = `reading ${path}`;
  if (labels.length < FEWEST_ROWS)
    throw new Unusable(
      `${doing}: ${labels.length} rows, at least ${FEWEST_ROWS} needed; widen the window`,
    );
  try {
    return loss.target(labels, classes);
  } catch (cause) {
    if (cause instanceof Unusable) throw new Unusable(`${doing}: ${cause.message}`, { cause });
    throw cause;
  }
}

function cast(name: string, type: 'DOUBLE' | 'VARCHAR'): string {
  return `CAST("${name.replaceAll('"', '""')}" AS ${type})`;
}

const numberOf = (value: unknown): number => (typeof value === 'number' ? value : Number.NaN);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
