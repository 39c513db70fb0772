import { BadInput } from '../../core/errors.ts';
import { oneLine } from '../../core/one-line.ts';
import { quote } from '../sql.ts';
import { textSql } from './columns.ts';
import type { Table, Tables } from './open.ts';
import { demand } from './shared-columns.ts';

export interface PairsAsked {
  label: string;
  /** Columns of the answer, in their order. */
  scores: readonly string[];
  key?: string | undefined;
  entity?: string | undefined;
  /** Whether labels are numbers, or the names of classes. */
  labels: 'number' | 'class';
}

/** Rows of two files, side by side. */
export interface Pairs {
  labels: (number | string)[];
  /** A number for each of `scores`, row after row. */
  champion: Float64Array;
  challenger: Float64Array;
  entities: string[] | undefined;
  /** Rows without a label or a finite score in one of the files. */
  unusable: number;
  /** Rows whose key the other file lacks. */
  unmatched: { champion: number; challenger: number };
}

/**
 * Reads what two models answered to the same rows: by the key, or by position. The rows come in the order of the key,
 * so that the order of the files decides nothing. Throws NotFound for a column that is not there, and BadInput where
 * rows cannot be paired, or their labels differ.
 */
export async function readPairs(opened: Tables, asked: PairsAsked): Promise<Pairs> {
  const [champion, challenger] = opened.tables;
  if (!champion || !challenger) throw new Error('pairing rows takes two files');
  const { label, scores, key, entity } = asked;
  for (const table of [champion, challenger])
    for (const name of [...scores, ...(key === undefined ? [] : [key])]) demand(table, name);
  demand(champion, label);
  if (entity !== undefined) demand(champion, entity);
  const unmatched = await pairable(opened, [champion, challenger], key);
  const sides = [champion, challenger].map((table, at) => inSql(table, `f${at}`, asked));
  const join =
    key === undefined
      ? `${champion.sql} f0 POSITIONAL JOIN ${challenger.sql} f1`
      : `${champion.sql} f0 JOIN ${challenger.sql} f1 ON ${sides.map((side) => side.key).join(' = ')}`;
  const columns = [
    ...sides.map((side) => side.label),
    entity === undefined ? 'NULL' : textSql(entity, champion.columns.get(entity) ?? '', 'f0'),
    ...sides.flatMap((side) => side.scores),
  ];
  const order = key === undefined ? '' : ` ORDER BY ${sides[0]?.key}`;
  const found = await opened.connection.runAndReadAll(
    `SELECT ${columns.map((sql, at) => `${sql} AS c${at}`).join(', ')} FROM ${join}${order}`,
  );
  return { ...collected(found.getColumnsJS(), asked), unmatched };
}

function inSql({ columns }: Table, alias: string, { label, scores, key, labels }: PairsAsked) {
  const type = (name: string) => columns.get(name) ?? '';
  const text = textSql(label, type(label), alias);
  return {
    key: key === undefined ? '' : textSql(key, type(key), alias),
    // A text that is no number stays one, so that it can be named.
    label: !columns.has(label)
      ? 'NULL'
      : labels === 'number' && type(label) === 'BOOLEAN'
        ? `CAST(${alias}.${quote(label)} AS INTEGER)::VARCHAR`
        : text,
    scores: scores.map((name) => `TRY_CAST(${alias}.${quote(name)} AS DOUBLE)`),
  };
}

/** Throws BadInput where the rows of the two files have no one-to-one relation. */
async function pairable(
  { connection }: Tables,
  tables: readonly [Table, Table],
  key: string | undefined,
): Promise<Pairs['unmatched']> {
  const [champion, challenger] = tables;
  if (key === undefined) {
    if (champion.rows === challenger.rows) return { champion: 0, challenger: 0 };
    throw new BadInput(
      `${champion.name} has ${champion.rows} rows and ${challenger.name} has ${challenger.rows}, so they cannot be paired by position.`,
      { next: 'Pass --key with the column that says which rows belong together.' },
    );
  }
  const [a, b] = tables.map(
    ({ sql, columns }) => `(SELECT ${textSql(key, columns.get(key) ?? '')} AS k FROM ${sql})`,
  );
  for (const { sql, name, columns } of tables) {
    const k = textSql(key, columns.get(key) ?? '');
    const repeated = await connection.runAndReadAll(
      `SELECT ${k} AS k FROM ${sql} GROUP BY k HAVING count(*) > 1 ORDER BY k LIMIT 1`,
    );
    const [row] = repeated.getRowObjectsJS();
    if (row)
      throw new BadInput(
        `In ${name}, ${row['k'] === null ? 'several rows have no key' : `the key ${JSON.stringify(oneLine(String(row['k'])))} occurs more than once`} in "${oneLine(key)}".`,
        { next: 'Keys must be unique.' },
      );
  }
  const lone = async (x: string | undefined, y: string | undefined) => {
    const counted = await connection.runAndReadAll(
      `SELECT count(*)::DOUBLE AS n FROM ${x} x ANTI JOIN ${y} y ON x.k = y.k`,
    );
    return Number(counted.getRowObjectsJS()[0]?.['n'] ?? 0);
  };
  const unmatched = { champion: await lone(a, b), challenger: await lone(b, a) };
  if (unmatched.champion === champion.rows)
    throw new BadInput(
      `${champion.name} and ${challenger.name} have no value of "${oneLine(key)}" in common.`,
      { next: 'Nothing was compared.' },
    );
  return unmatched;
}

function collected(
  columns: readonly (readonly unknown[])[],
  { scores, labels: kind, label, key }: PairsAsked,
): Omit<Pairs, 'unmatched'> {
  const [own = [], other = [], entity = [], ...answers] = columns;
  const labels: (number | string)[] = [];
  const entities: string[] = [];
  const champion = new Float64Array(own.length * scores.length);
  const challenger = new Float64Array(own.length * scores.length);
  const isUsable = (row: number) => answers.every((column) => Number.isFinite(column[row]));
  for (let row = 0; row < own.length; row += 1) {
    const said = own[row] ?? other[row];
    if (typeof said !== 'string' || !isUsable(row)) continue;
    if (other[row] !== null && other[row] !== said)
      throw new BadInput(
        `The two files do not agree on "${oneLine(label)}": row ${row + 1} has ${JSON.stringify(oneLine(said))} and ${JSON.stringify(oneLine(String(other[row])))}.`,
        {
          next:
            key === undefined
              ? 'Pair the rows by --key, or write the same labels to both.'
              : 'Write the same labels to both files, or leave the column out of the file with the older ones.',
        },
      );
    scores.forEach((_, at) => {
      const to = labels.length * scores.length + at;
      champion[to] = Number(answers[at]?.[row]);
      challenger[to] = Number(answers[scores.length + at]?.[row]);
    });
    const number = Number(said);
    labels.push(kind === 'number' && said.trim() !== '' && !Number.isNaN(number) ? number : said);
    // Rows without one are each of their own.
    entities.push(typeof entity[row] === 'string' ? `=${entity[row]}` : `row ${row}`);
  }
  const length = labels.length * scores.length;
  return {
    labels,
    champion: champion.subarray(0, length),
    challenger: challenger.subarray(0, length),
    entities: entity.some((one) => one !== null) ? entities : undefined,
    unusable: own.length - labels.length,
  };
}
