import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureSchema } from '../../src/core/model.ts';
import { quoted, withDuck } from '../../src/serving/log/duck.ts';
import { withFeatures } from '../../src/serving/log/features-sql.ts';
import { COLUMNS, requestRows } from '../../src/serving/log/request-rows.ts';
import { tries } from '../sweep.ts';

const NUMBERS = ['x', "it's", 'a"b', '$.x', 'back\\slash', 'é{1}', '😀|(', ' '];
const CATEGORIES = ['carrier', 'null', 'true', '"":', 'a.b'];
const FEATURES: FeatureSchema = Object.fromEntries([
  ...NUMBERS.map((name) => [name, 'number'] as const),
  ...CATEGORIES.map((name) => [name, 'category'] as const),
]);

/** As the log has it, and -0, which JSON.stringify writes as 0. */
const textOf = (sent: Record<string, unknown>) =>
  `{${Object.entries(sent)
    .map(
      ([name, value]) =>
        `${JSON.stringify(name)}:${Object.is(value, -0) ? '-0' : JSON.stringify(value)}`,
    )
    .join(',')}}`;

async function read(texts: readonly (string | null)[]) {
  const values = texts.map((text, at) => `(${at}, ${text === null ? 'NULL' : quoted(text)})`);
  return withDuck(async (connection) => {
    const rows = `SELECT * FROM (VALUES ${values.join(', ')}) AS t("time", features)`;
    const { query, names } = withFeatures(rows, FEATURES);
    const first = COLUMNS.map((name) =>
      name === 'odd' || name === '"time"' ? `${name}` : `1 AS ${name}`,
    );
    const found = await connection.stream(
      `SELECT ${[...first, ...names].join(', ')} FROM (${query}) ORDER BY "time"`,
    );
    const all = requestRows(FEATURES, 1, texts.length + 2048);
    for (let chunk = await found.fetchChunk(); chunk && chunk.rowCount > 0; ) {
      all.add(chunk);
      chunk = await found.fetchChunk();
    }
    return all.batch();
  });
}

/** What a row is by JSON.parse alone. */
function expected(text: string | null) {
  const sent: Record<string, unknown> = JSON.parse(text ?? '{}');
  const plain = (value: unknown) =>
    typeof value === 'number' || typeof value === 'string' ? value : null;
  return {
    incomplete: Number(Object.keys(FEATURES).some((name) => !Object.hasOwn(sent, name))),
    numbers: NUMBERS.map((name) => (typeof sent[name] === 'number' ? sent[name] : Number.NaN)),
    categories: CATEGORIES.map((name) => {
      const value = plain(sent[name]);
      return typeof value === 'number' ? String(value) : value;
    }),
  };
}

async function compare(texts: readonly (string | null)[]) {
  const { features, incomplete, rows } = await read(texts);
  expect(rows).toBe(texts.length);
  const found = texts.map((text, row) => {
    const numbers = NUMBERS.map((name) => {
      const column = features[name];
      return column instanceof Float64Array ? column[row] : undefined;
    });
    const categories = CATEGORIES.map((name) => {
      const column = features[name];
      return column && 'codes' in column ? column.values[column.codes[row] ?? -1] : undefined;
    });
    return { text, incomplete: incomplete[row], numbers, categories };
  });
  expect(found).toEqual(texts.map((text) => ({ text, ...expected(text) })));
}

describe('features of logged requests', () => {
  it('are the same numbers and texts, bit for bit, as by JSON.parse', async () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.constantFrom(
        0,
        -0,
        -0.5,
        5e-324,
        Number.MAX_VALUE,
        2 ** 53 + 2,
        2 ** 64,
        1e21,
        -(2 ** 63),
      ),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '',
        'null',
        'NaN',
        '5',
        '":true',
        '"x":"',
        '"carrier":1',
        '\ud800',
        '😀',
        '\\u0000',
      ),
    );
    const odd = fc.oneof(
      fc.boolean(),
      fc.constant([1]),
      fc.constant({ x: '1' }),
      fc.constant(null),
    );
    const one = (usual: fc.Arbitrary<unknown>, other: fc.Arbitrary<unknown>) =>
      fc.oneof({ arbitrary: usual, weight: 40 }, { arbitrary: other, weight: 1 }, odd);
    const row = fc.record(
      Object.fromEntries(
        Object.entries(FEATURES).map(([name, kind]) => [
          name,
          kind === 'number' ? one(number, text) : one(text, number),
        ]),
      ),
      { requiredKeys: Object.keys(FEATURES).slice(1) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 60, maxLength: 60 }), (rows) =>
        compare(rows.map(textOf)),
      ),
      tries(16),
    );
  });

  it('are read by DuckDB in the usual case, and one by one where it would read something else', async () => {
    const usual = Object.fromEntries(
      Object.entries(FEATURES).map(([name, kind]) => [name, kind === 'number' ? 0.1 : 'AA']),
    );
    const texts = [
      usual,
      { ...usual, x: null, carrier: null },
      { ...usual, x: '5' },
      { ...usual, x: true },
      { ...usual, x: -0 },
      { ...usual, carrier: 5 },
      { ...usual, carrier: '\udc00' },
      Object.fromEntries(Object.entries(usual).slice(1)),
    ].map(textOf);
    await compare([...texts, null]);
    const { query } = withFeatures(
      `SELECT unnest([${texts.map(quoted).join(', ')}]) AS features`,
      FEATURES,
    );
    const odd = await withDuck(async (connection) => {
      const found = await connection.runAndReadAll(`SELECT odd IS NOT NULL FROM (${query})`);
      return found.getRows().flat();
    });
    expect(odd).toEqual([false, false, true, true, true, true, true, true]);
  });
});
