import { shown, where } from '../../core/example.ts';
import type { Classes, LabelFacts, LabelSpec } from '../../core/task.ts';

/** A longer value is hardly a class. */
const MOST = 100;

export const label: LabelSpec = {
  kind: 'class',
  expected: (classes) => `one of the classes ${listed(classes)}`,

  read(value, classes) {
    const text = textOf(value);
    const at = text === undefined ? -1 : classes.indexOf(text);
    return at < 0 ? undefined : at;
  },

  /** Numbers by size, anything else as scikit-learn sorts its `classes_`: by code point. */
  learn({ classes }) {
    const names = classes.map(({ value }) => value);
    const areNumbers = names.every((name) => name !== '' && Number.isFinite(Number(name)));
    return names.toSorted((a, b) => (areNumbers ? Number(a) - Number(b) : a < b ? -1 : 1));
  },

  judge(facts, rows, classes) {
    const { nulls, holds, type, constant } = facts;
    const faults: string[] = [];
    const warnings: string[] = [];
    if (nulls) faults.push(`"label" is null in ${where(nulls, rows)}.`);
    if (holds === 'odd')
      faults.push(`"label" has the type ${type}. Write the class as text or a number.`);
    else faults.push(...(classes.length > 0 ? unknown(facts, rows, classes) : unlearnable(facts)));
    if (classes.length > 0 && constant !== undefined)
      warnings.push(`"label" is ${constant} in every row: nothing can be told apart.`);
    return { faults, warnings };
  },
};

function unknown({ classes: found }: LabelFacts, rows: number, classes: Classes): string[] {
  return found
    .filter(({ value }) => !classes.includes(value))
    .map(
      (one) =>
        `"label" is ${shown(one)} in ${where(one, rows)}, which is none of the classes ${listed(classes)}. Leave such rows out, or list all classes under "classes" in wheelhouse.yaml.`,
    );
}

function unlearnable({ classes }: LabelFacts): string[] {
  if (classes.length > MOST)
    return [
      `"label" has ${classes.length === 1000 ? '1000 or more' : classes.length} different values; there may be ${MOST} classes. If it is a quantity, write task: regression.`,
    ];
  if (classes.length < 2) return ['"label" has fewer than two classes: nothing can be told apart.'];
  const empty = classes.find(({ value }) => value === '');
  return empty ? [`"label" is an empty text in ${empty.count} rows. Name the class.`] : [];
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || Number.isFinite(value) ? String(value) : undefined;
}

const listed = (classes: Classes): string => classes.map((name) => JSON.stringify(name)).join(', ');
