import { categorySql, categoryText } from '../core/category.ts';
import type { LabelFacts, LabelSpec } from '../core/task.ts';
import { isNumeric, isText } from './types.ts';

/** Rows with invalid numeric labels, as SQL; `missing` describes rows without a value. */
export function otherLabels({ values }: Pick<LabelSpec, 'values'>, missing: string): string {
  const number = 'TRY_CAST(label AS DOUBLE)';
  const isOther = values ? `${number} NOT IN (${values.join(', ')})` : `NOT isfinite(${number})`;
  return `NOT (${missing}) AND coalesce(${isOther}, true)`;
}

export function holdsOf(type: string): LabelFacts['holds'] {
  if (isText(type)) return 'text';
  if (isNumeric(type)) return 'number';
  return type === 'BOOLEAN' ? 'boolean' : 'odd';
}

/** A longer value is not a class label but a number or a name. */
const MOST_CLASSES = 1000;

/** A query for the classes in the column `label`. `missing` as in `otherLabels`. */
export function classesSql(type: string, missing: string): { select: string; tail: string } {
  return {
    select: `${categorySql('label', type)} AS class, count(*)::DOUBLE AS "count", min(file_row_number)::DOUBLE AS "row"`,
    tail: `WHERE NOT (${missing}) GROUP BY class ORDER BY "count" DESC, class LIMIT ${MOST_CLASSES}`,
  };
}

export function classesIn(rows: readonly Record<string, unknown>[]): LabelFacts['classes'] {
  return rows.map((row) => ({
    value: String(categoryText(row['class'], '')),
    count: Number(row['count']),
    row: Number(row['row']) + 1,
  }));
}
