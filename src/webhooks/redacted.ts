import type { Json } from '../core/json.ts';
import { withoutSecrets } from '../core/secrets.ts';

/** The value without secrets, which somebody may have written into a reason. */
export function redacted(value: Json | undefined): Json {
  if (typeof value === 'string') return withoutSecrets(value);
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (isList(value)) return value.map(redacted);
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, redacted(field)]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
