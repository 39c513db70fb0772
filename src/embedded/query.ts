import { BSONRegExp, MaxKey, MinKey } from 'bson';
import { unsupported } from './errors.ts';
import { compare, isSame, rank } from './order.ts';
import { type Doc, isDoc, valuesAt } from './values.ts';

type Test = (doc: Doc) => boolean;
/** Whether what stands at a path will do: nothing, or the values that it reaches. */
type FieldTest = (values: unknown[]) => boolean;

/** What the registry asks with. Every other operator is refused. */
const operators = new Map<string, (operand: unknown) => FieldTest>([
  ['$eq', equal],
  ['$ne', (operand) => not(equal(operand))],
  ['$in', among],
  ['$gt', ordered((order) => order > 0)],
  ['$gte', ordered((order) => order >= 0)],
  ['$lt', ordered((order) => order < 0)],
  ['$lte', ordered((order) => order <= 0)],
  [
    '$exists',
    (operand) => {
      const isThere: FieldTest = (values) => values.some((value) => value !== undefined);
      return operand ? isThere : not(isThere);
    },
  ],
]);

/** @throws StoreError 115 for an operator that this store does not know, before anything is read */
export function compile(filter: Doc): Test {
  const tests = Object.entries(filter).map(([path, wanted]): Test => {
    if (path.startsWith('$')) return logical(path, wanted);
    const parts = path.split('.');
    const test = fieldTest(wanted);
    return (doc) => test(valuesAt(doc, parts));
  });
  return (doc) => tests.every((test) => test(doc));
}

function logical(name: string, wanted: unknown): Test {
  if (name !== '$or' || !Array.isArray(wanted) || wanted.length === 0 || !wanted.every(isDoc))
    throw unsupported(`filter like this: ${name}`);
  const tests = wanted.map(compile);
  return (doc) => tests.some((test) => test(doc));
}

function fieldTest(wanted: unknown): FieldTest {
  if (!isExpression(wanted)) return equal(wanted);
  const tests = Object.entries(wanted).map(([name, operand]) => {
    const operator = operators.get(name);
    if (!operator) throw unsupported(`filter like this: ${name}`);
    return operator(operand);
  });
  return (values) => tests.every((test) => test(values));
}

function isExpression(wanted: unknown): wanted is Doc {
  return isDoc(wanted) && Object.keys(wanted)[0]?.startsWith('$') === true;
}

function not(test: FieldTest): FieldTest {
  return (values) => !test(values);
}

/** An array matches as a whole, and by each of its items. */
function equal(wanted: unknown): FieldTest {
  if (wanted instanceof BSONRegExp) throw unsupported('filter like this: $regex');
  return (values) =>
    values.some(
      (value) =>
        isSame(value, wanted) ||
        (Array.isArray(value) && value.some((item) => isSame(item, wanted))),
    );
}

function among(wanted: unknown): FieldTest {
  if (!Array.isArray(wanted)) throw unsupported('filter like this: $in without a list');
  const tests = wanted.map(equal);
  return (values) => tests.some((test) => test(values));
}

/** Values of other types neither come before nor after; NaN equals itself only. */
function ordered(holds: (order: number) => boolean) {
  return (operand: unknown): FieldTest => {
    if ([BSONRegExp, MinKey, MaxKey].some((kind) => operand instanceof kind))
      throw unsupported('filter like this: order by a pattern, MinKey or MaxKey');
    const fits = (value: unknown) =>
      rank(value) === rank(operand) &&
      isNaNumber(value) === isNaNumber(operand) &&
      holds(compare(value, operand));
    return (values) =>
      values.some((value) => fits(value) || (Array.isArray(value) && value.some(fits)));
  };
}

const isNaNumber = (value: unknown) => rank(value) === 10 && Number.isNaN(Number(value));

/** The values that a filter pins a field to, by path: the ways into an index, the start of an upsert. */
export function pins(filter: Doc): [path: string, values: unknown[]][] {
  return Object.entries(filter).flatMap(([path, wanted]): [string, unknown[]][] => {
    if (path.startsWith('$')) return [];
    if (!isExpression(wanted)) return [[path, [wanted]]];
    if ('$eq' in wanted) return [[path, [wanted['$eq']]]];
    return Array.isArray(wanted['$in']) ? [[path, wanted['$in']]] : [];
  });
}

export interface Range {
  lower?: { value: unknown; inclusive: boolean };
  upper?: { value: unknown; inclusive: boolean };
}

/** Between what a filter wants the values at a path, where it says so. */
export function rangeAt(filter: Doc, path: string): Range | undefined {
  const wanted = filter[path];
  if (!isExpression(wanted)) return undefined;
  const bound = (open: string, closed: string) => {
    const inclusive = Object.hasOwn(wanted, closed);
    const value = wanted[inclusive ? closed : open];
    return value === undefined || Array.isArray(value) ? undefined : { value, inclusive };
  };
  const [lower, upper] = [bound('$gt', '$gte'), bound('$lt', '$lte')];
  return lower || upper ? { ...(lower && { lower }), ...(upper && { upper }) } : undefined;
}
