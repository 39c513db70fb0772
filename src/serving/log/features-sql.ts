import type { FeatureSchema } from '../../core/model.ts';
import { quoted } from './duck.ts';

/**
 * How DuckDB reads declared features out of their JSON text: a typed column each (`f0`, `f1`, …), and the text of rows
 * that only JavaScript reads as the gateway did (`odd`). Those lack a feature or have one of another type, or half of a
 * surrogate pair, or the number -0, of which DuckDB loses the sign; all other numbers are the same double in both. It
 * takes a quarter of the time of parsing each row in JavaScript.
 * @returns a query for the same rows with these columns, and their names
 */
export function withFeatures(
  rows: string,
  features: FeatureSchema,
): { query: string; names: readonly string[] } {
  const all = Object.entries(features);
  const names = all.map((_, at) => `f${at}`);
  if (all.length === 0) return { names, query: `SELECT *, NULL::VARCHAR AS odd FROM (${rows})` };
  const types = all.map(([name, kind]) => [name, kind === 'number' ? 'DOUBLE' : 'VARCHAR']);
  const shape = quoted(JSON.stringify(Object.fromEntries(types)));
  const fields = names.map((name, at) => `struct_extract_at(fields, ${at + 1}) AS ${name}`);
  // Null is both what is missing and what was sent as null.
  const sent = all.map(
    ([name], at) =>
      `(f${at} IS NOT NULL OR contains(features, ${quoted(`${JSON.stringify(name)}:null`)}))`,
  );
  return {
    names,
    query: `SELECT *, CASE WHEN NOT unusual AND ${sent.join(' AND ')} THEN NULL ELSE coalesce(features, '{}') END AS odd
      FROM (SELECT *, ${fields.join(', ')}
        FROM (SELECT *, json_transform(CASE WHEN unusual THEN NULL ELSE features END, ${shape}) AS fields
          FROM (SELECT *, coalesce(regexp_matches(features, ${quoted(unusual(all))}), true) AS unusual
            FROM (${rows}))))`,
  };
}

/** Matches the JSON text of rows that DuckDB might read otherwise; where it finds too much, it only costs time. */
function unusual(features: readonly (readonly [string, string])[]): string {
  const named = (wanted: string, begins: string) => {
    const names = features.filter(([, kind]) => kind === wanted).map(([name]) => keyOf(name));
    return names.length > 0 ? [`"(?:${names.join('|')})"\\s*:\\s*${begins}`] : [];
  };
  return [
    '"\\s*:\\s*(?:true|false|[\\[{]|-0[^.eE])',
    '\\\\u[dD][89a-fA-F]',
    ...named('number', '"'),
    ...named('category', '[^"n\\s]'),
  ].join('|');
}

/** As it is in JSON, for RE2. */
const keyOf = (name: string) =>
  Array.from(JSON.stringify(name).slice(1, -1), (one) =>
    /\w/.test(one) ? one : `\\x{${one.codePointAt(0)?.toString(16)}}`,
  ).join('');
