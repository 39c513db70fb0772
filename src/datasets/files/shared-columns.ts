import { BadInput, NotFound } from '../../core/errors.ts';
import { oneLine } from '../../core/one-line.ts';
import { didYouMean } from '../../core/suggest.ts';
import { quote } from '../sql.ts';
import { isNumeric, isText, isTime } from '../types.ts';
import type { Table, Tables } from './open.ts';

/** How a column is compared. `other` and `time` are only asked for missing values. */
type ColumnType = 'numeric' | 'categorical' | 'time' | 'other';

export interface SharedColumn {
  name: string;
  type: ColumnType;
}

export interface Chosen {
  shared: SharedColumn[];
  only: { reference: SharedColumn[]; current: SharedColumn[] };
}

/**
 * The columns of two files: those of both, and those that one of them lacks. `columns` asks for some of them,
 * `ignore` leaves some out. Throws NotFound for a name that is not there.
 */
export async function chooseColumns(
  { tables, connection }: Tables,
  { columns, ignore }: { columns?: readonly string[] | undefined; ignore: readonly string[] },
): Promise<Chosen> {
  const [reference, current] = tables;
  if (!reference || !current) throw new Error('choosing columns takes two files');
  const names = [...new Set([...reference.columns.keys(), ...current.columns.keys()])];
  const asked = columns && namesIn(columns, names);
  const left = namesIn(ignore, names);
  for (const name of asked ?? []) for (const table of [reference, current]) demand(table, name);
  const unknown = left.find((name) => !names.includes(name));
  if (unknown !== undefined) throw missing(unknown, [reference.name, current.name], names);
  const wanted = (asked ?? names).filter((name) => !left.includes(name));
  const both = [...new Set(wanted)].filter(
    (name) => reference.columns.has(name) && current.columns.has(name),
  );
  if (both.length === 0)
    throw new BadInput(
      `${reference.name} and ${current.name} have no column in common to compare.`,
    );
  const shared: SharedColumn[] = [];
  for (const name of both) {
    const kinds: (ColumnType | undefined)[] = [];
    for (const table of [reference, current]) kinds.push(await kindIn(table, name, connection));
    shared.push({ name, type: joined(kinds[0], kinds[1]) });
  }
  const lone = (table: Table, other: Table) =>
    wanted
      .filter((name) => table.columns.has(name) && !other.columns.has(name))
      .map((name) => ({ name, type: kindOf(table.columns.get(name) ?? '') }));
  return {
    shared,
    only: { reference: lone(reference, current), current: lone(current, reference) },
  };
}

/** Names as an option gives them: `a,b` is two, unless a column is called so. */
export function namesIn(given: readonly string[], known: readonly string[]): string[] {
  const names = given.flatMap((one) => (known.includes(one) ? one : one.split(',')));
  return names.map((name) => (known.includes(name) ? name : name.trim())).filter(Boolean);
}

/** Throws NotFound where the file has no such column. */
export function demand({ columns, name: file }: Table, name: string): void {
  if (!columns.has(name)) throw missing(name, [file], [...columns.keys()]);
}

function missing(name: string, files: readonly string[], known: readonly string[]): NotFound {
  const hint = didYouMean(name, known).trim();
  return new NotFound(
    `There is no column "${oneLine(name)}" in ${files.join(' or ')}.`,
    hint === '' ? {} : { next: oneLine(hint) },
  );
}

/** Undefined where the column holds no value: then the other file says what it is. */
async function kindIn(
  { sql, columns }: Table,
  name: string,
  connection: Tables['connection'],
): Promise<ColumnType | undefined> {
  const type = columns.get(name) ?? '';
  // Files without types call a column without values text or JSON.
  if (!isText(type) && type !== 'JSON' && type !== '"NULL"') return kindOf(type);
  const some = await connection.runAndReadAll(
    `SELECT 1 FROM ${sql} WHERE ${quote(name)} IS NOT NULL LIMIT 1`,
  );
  return some.currentRowCount > 0 ? kindOf(type) : undefined;
}

function kindOf(type: string): ColumnType {
  if (isNumeric(type)) return 'numeric';
  if (isText(type) || ['BOOLEAN', 'UUID', 'JSON'].includes(type)) return 'categorical';
  return isTime(type) || type.startsWith('TIME') ? 'time' : 'other';
}

/** The reference decides, so that a text among numbers counts as a number that cannot be read. */
function joined(reference: ColumnType | undefined, current: ColumnType | undefined): ColumnType {
  const [kind, other] = [
    reference ?? current ?? 'categorical',
    current ?? reference ?? 'categorical',
  ];
  if (kind === other || !(isCompared(kind) && isCompared(other)))
    return kind === other ? kind : 'other';
  return kind;
}

const isCompared = (kind: ColumnType) => kind === 'numeric' || kind === 'categorical';
