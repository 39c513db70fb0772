import { textSql } from './columns.ts';
import type { Table, Tables } from './open.ts';

/** Rows with a category in reference and current. */
interface CategoryCount {
  category: string;
  reference: number;
  current: number;
}

/** A column of categories in two files. */
export interface Categories {
  nulls: { reference: number; current: number };
  values: { reference: number; current: number };
  /** Rows of the reference whose category occurs once in it. */
  singletons: number;
  /** Rows of the current file whose category the reference lacks. */
  unseen: number;
  distinct: number;
  /** All where there are at most `most`; else the 50 most frequent of the reference. By frequency. */
  counts: CategoryCount[];
  /** Where not all are in `counts`: the 50 most frequent of both files together, which favours neither. */
  pooled: CategoryCount[] | undefined;
}

/** So many categories are compared one by one. */
const ALL = 100;
const FREQUENT = 50;

/** Counts the categories of one column of two files. What has more than 100 is not read, but counted where it lies. */
export async function countCategories(
  name: string,
  { tables: [reference, current], connection }: Tables,
): Promise<Categories> {
  if (!reference || !current) throw new Error('counting categories takes two files');
  const ask = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS();
  const counted = ({ sql, columns }: Table) =>
    `(SELECT ${textSql(name, columns.get(name) ?? '')} AS v, count(*)::DOUBLE AS n FROM ${sql} GROUP BY v)`;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE counted AS SELECT coalesce(r.v, c.v) AS category,
       coalesce(r.n, 0) AS reference, coalesce(c.n, 0) AS current
       FROM ${counted(reference)} r FULL JOIN ${counted(current)} c ON r.v IS NOT DISTINCT FROM c.v`,
  );
  try {
    const [sums = {}] = await ask(
      `SELECT coalesce(sum(reference) FILTER (category IS NULL), 0) AS reference_nulls,
         coalesce(sum(current) FILTER (category IS NULL), 0) AS current_nulls,
         coalesce(sum(reference) FILTER (category IS NOT NULL), 0) AS reference,
         coalesce(sum(current) FILTER (category IS NOT NULL), 0) AS current,
         count(category)::DOUBLE AS distinct_categories,
         count_if(reference = 1 AND category IS NOT NULL)::DOUBLE AS singletons,
         coalesce(sum(current) FILTER (reference = 0 AND category IS NOT NULL), 0) AS unseen
       FROM counted`,
    );
    const figure = (key: string) => Number(sums[key] ?? 0);
    const distinct = figure('distinct_categories');
    const top = async (order: string, limit: number) =>
      (
        await ask(
          `SELECT * FROM counted WHERE category IS NOT NULL ORDER BY ${order} DESC, category LIMIT ${limit}`,
        )
      ).map((row) => ({
        category: String(row['category']),
        reference: Number(row['reference']),
        current: Number(row['current']),
      }));
    const isMany = distinct > ALL;
    return {
      nulls: { reference: figure('reference_nulls'), current: figure('current_nulls') },
      values: { reference: figure('reference'), current: figure('current') },
      ...{ singletons: figure('singletons'), unseen: figure('unseen'), distinct },
      counts: await top('reference', isMany ? FREQUENT : ALL),
      pooled: isMany ? aboveTheRest(await top('reference + current', FREQUENT + 1)) : undefined,
    };
  } finally {
    await connection.run('DROP TABLE IF EXISTS counted');
  }
}

/** Without those as frequent as the first that is left out: choosing among them by name favours a file. */
function aboveTheRest(counts: readonly CategoryCount[]): CategoryCount[] {
  const total = ({ reference, current }: CategoryCount) => reference + current;
  const last = counts.at(-1);
  return counts.filter((one) => last === undefined || total(one) > total(last));
}
