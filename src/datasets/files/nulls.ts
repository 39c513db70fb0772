import { quote } from '../sql.ts';
import type { Table, Tables } from './open.ts';

/** Rows without a value, by name of column. */
export async function countNulls(
  { sql }: Table,
  names: readonly string[],
  connection: Tables['connection'],
): Promise<Map<string, number>> {
  if (names.length === 0) return new Map();
  const counts = names.map((name, at) => `count_if(${quote(name)} IS NULL)::DOUBLE AS n${at}`);
  const counted = await connection.runAndReadAll(`SELECT ${counts.join(', ')} FROM ${sql}`);
  const [row = {}] = counted.getRowObjectsJS();
  return new Map(names.map((name, at) => [name, Number(row[`n${at}`])]));
}
