import type { Numeric } from '../onnx/inputs.ts';
import { say } from './say.ts';

/** Which values a tensor may hold. The checks run for every value of every request. */
export interface NumberKind {
  accepts(value: unknown): boolean;
  /** What a value that is not a number should have been. */
  expected: 'a number' | 'a whole number';
  /** The type in which the largest value must be representable. */
  fits: 'FP32' | 'FP64' | 'INT32' | 'INT64';
}

/** The largest value that is rounded to a finite FP32 lies half a step above the largest FP32. */
const isSingle = (value: unknown) =>
  value === null || (typeof value === 'number' && Number.isFinite(Math.fround(value)));
// JSON has no NaN: null represents it. `1e999` is parsed as Infinity.
const isDouble = (value: unknown) => value === null || Number.isFinite(value);
const isInt32 = (value: unknown) => typeof value === 'number' && value === (value | 0);

const KINDS = {
  FP32: { accepts: isSingle, expected: 'a number', fits: 'FP32' },
  FP64: { accepts: isDouble, expected: 'a number', fits: 'FP64' },
  INT32: { accepts: isInt32, expected: 'a whole number', fits: 'INT32' },
  INT64: { accepts: Number.isSafeInteger, expected: 'a whole number', fits: 'INT64' },
} as const satisfies Record<string, NumberKind>;

type Datatype = keyof typeof KINDS;

const ELEMENTS: Record<Numeric, Datatype> = {
  float32: 'FP32',
  float64: 'FP64',
  int32: 'INT32',
  int64: 'INT64',
};

export function isNumberType(datatype: unknown): datatype is Datatype {
  return typeof datatype === 'string' && Object.hasOwn(KINDS, datatype);
}

/** What fits both the tensor as it was sent and the input of the model, if that is known. */
export function numberKind(datatype: Datatype, element: Numeric | undefined): NumberKind {
  const input = element === undefined ? datatype : ELEMENTS[element];
  const isWhole = datatype.startsWith('INT') || input.startsWith('INT');
  if (isWhole) return KINDS[datatype === 'INT32' || input === 'INT32' ? 'INT32' : 'INT64'];
  return KINDS[datatype === 'FP32' || input === 'FP32' ? 'FP32' : 'FP64'];
}

/** Why a value was not accepted, after the name of its input. */
export function numberFault(value: unknown, row: number, { expected, fits }: NumberKind): string {
  const isWhole = expected === 'a whole number';
  if (typeof value !== 'number' || (isWhole && value % 1 !== 0))
    return `has ${shown(value)} in row ${row}, expected ${expected}.`;
  const missing = isWhole ? '' : ', or null if it is missing';
  return `has ${shown(value)} in row ${row}, which does not fit ${fits}: send ${expected} ${BOUNDS[fits]}${missing}.`;
}

const BOUNDS = {
  FP32: 'between -3.4e38 and 3.4e38',
  FP64: 'between -1.79e308 and 1.79e308',
  INT32: 'between -2147483648 and 2147483647',
  INT64: 'between -9007199254740991 and 9007199254740991, as JSON represents it exactly',
};

/** JSON writes numbers that are too large for a double as digits, which are gone by now. */
function shown(value: unknown): string {
  if (typeof value !== 'number' || Number.isFinite(value)) return say(value);
  return value > 0 ? 'a number above 1.79e308' : 'a number below -1.79e308';
}
