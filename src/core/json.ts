export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * A plain JSON copy: dates become ISO strings, undefined fields are dropped. Throws on values that JSON
 * cannot represent.
 */
export function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null));
}
