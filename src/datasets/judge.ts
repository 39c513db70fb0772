import { shown, where } from '../core/example.ts';
import type { ModelSpec, Window } from '../core/model.ts';
import { didYouMean } from '../core/suggest.ts';
import type { ColumnFacts, DatasetFacts } from './facts.ts';
import { isNumeric, isText } from './types.ts';

export interface DatasetFindings {
  /** Rows with these problems cannot be used. */
  faults: readonly string[];
  /** Rows with these can be used, but someone should look at them. */
  warnings: readonly string[];
}

type Declared = Pick<ModelSpec, 'features' | 'task' | 'classes'>;

const MANY_NULLS = 0.5;
const FEW_ROWS = 50;

/** Everything that is wrong or unusual about the rows of a window, each with an example and its share. */
export function judgeDataset(facts: DatasetFacts, spec: Declared, window: Window): DatasetFindings {
  const features = [...facts.features].map(([name, column]) =>
    judgeFeature(name, column, spec.features[name] ?? 'number', facts.rows),
  );
  const parts = [
    missing(facts, spec),
    facts.label ? spec.task.label.judge(facts.label, facts.rows, spec.classes ?? []) : NOTHING,
    ...features,
    judgeId(facts),
    judgeTime(facts, window),
  ];
  const few = `Only ${facts.rows} rows: what is measured on so few says little.`;
  return {
    faults: parts.flatMap(({ faults }) => faults),
    warnings: [
      ...(facts.rows < FEW_ROWS ? [few] : []),
      ...parts.flatMap(({ warnings }) => warnings),
    ],
  };
}

interface Part {
  faults: string[];
  warnings: string[];
}

const NOTHING: Part = { faults: [], warnings: [] };
const fault = (...faults: string[]): Part => ({ faults, warnings: [] });

function missing({ columns }: DatasetFacts, { features }: Declared): Part {
  const names = [...columns.keys()];
  const spare = names.filter((name) => name !== 'label' && !Object.hasOwn(features, name));
  return fault(
    ...['label', ...Object.keys(features)]
      .filter((name) => !columns.has(name))
      .map((name) => `There is no column "${name}".${didYouMean(name, spare)}`),
  );
}

function judgeFeature(
  name: string,
  column: ColumnFacts,
  kind: 'number' | 'category',
  rows: number,
): Part {
  const part: Part = { faults: [], warnings: [] };
  const { type, nulls, constant, unreadable, infinite } = column;
  if (!isText(type) && !isNumeric(type) && type !== 'BOOLEAN')
    part.faults.push(
      `"${name}" has the type ${type}. Write a ${kind === 'number' ? 'number' : 'text'}${kind === 'number' && /^(?:DATE|TIME)/.test(type) ? ', e.g. the days since a date' : ''}.`,
    );
  if (unreadable)
    part.faults.push(
      `"${name}" is declared as a number, but is ${shown(unreadable)} in ${where(unreadable, rows)}. Write null where there is no number, or declare it as a category.`,
    );
  else if (kind === 'number' && isText(type))
    part.warnings.push(`"${name}" is a number stored as text. Store it as a number.`);
  if (kind === 'category' && isNumeric(type))
    part.warnings.push(
      `"${name}" is declared as a category and stored as ${type}: requests must write it alike (19 is not 19.0). Store it as text.`,
    );
  if (infinite)
    part.faults.push(`"${name}" is infinite in ${where(infinite, rows)}. Write null instead.`);
  if (nulls && nulls.count === rows) part.warnings.push(`"${name}" is null in every row.`);
  else if (nulls && nulls.count / rows >= MANY_NULLS)
    part.warnings.push(`"${name}" is null in ${where(nulls, rows)}.`);
  else if (!nulls && constant !== undefined && rows > 1)
    part.warnings.push(`"${name}" is ${constant} in every row: the model cannot learn from it.`);
  return part;
}

function judgeId({ repeatedId, rows }: DatasetFacts): Part {
  return repeatedId
    ? fault(
        `"id" is not unique: ${where(repeatedId, rows)} ${repeatedId.count === 1 ? 'repeats' : 'repeat'} the id of an earlier row, e.g. ${shown(repeatedId)}. Rows that count twice make results look surer than they are.`,
      )
    : NOTHING;
}

function judgeTime({ outside: found, rows }: DatasetFacts, { from, to }: Window): Part {
  if (!found) return NOTHING;
  const { column, unreadable, outside } = found;
  const lines: string[] = [];
  if (unreadable && column === 'time')
    lines.push(`"time" is ${shown(unreadable)}, which is no time, in ${where(unreadable, rows)}.`);
  if (outside)
    lines.push(
      `"${column}" is outside the window that was asked for (${from.toISOString()} to ${to.toISOString()}) in ${where(outside, rows)}, e.g. ${shown(outside)}.`,
    );
  // Only `time` is part of the contract: a column named "date" may mean anything.
  return column === 'time' ? fault(...lines) : { faults: [], warnings: lines };
}
