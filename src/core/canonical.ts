import { createHash } from 'node:crypto';
import type { Json } from './json.ts';

/**
 * The canonical text of a value, independent of the order of its keys: RFC 8785 (JSON Canonicalization Scheme).
 * JSON.stringify writes numbers and strings as that standard requires; keys are sorted by their UTF-16 units.
 */
export function canonical(value: Json | undefined): string {
  if (isList(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
}

/** In hexadecimal, of the text in UTF-8. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The value as a database returns it: an unpaired surrogate has no UTF-8 and would come back as U+FFFD. */
export function storable(value: Json | undefined): Json | undefined {
  if (typeof value === 'string') return wellFormed(value);
  if (isList(value)) return value.map((item) => storable(item) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(fields.map(([name, field]) => [wellFormed(name), storable(field)]));
}

const wellFormed = (text: string): string => text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');

/** `Array.isArray` does not narrow readonly arrays. */
function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
