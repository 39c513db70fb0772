import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { categoryText } from '../../src/core/category.ts';
import { createFolderArtifacts } from '../../src/objects/artifacts.ts';
import { createScorer } from '../../src/serving/batch.ts';
import { accepts, readInfer } from '../../src/serving/protocol.ts';
import { forkScoring } from '../compiled/fork.ts';
import { flights } from '../training/spec.ts';

const spec = { ...flights, features: { carrier: 'category' as const }, nullCategory: 'none' };
const folder = join(tmpdir(), `categories-${randomUUID()}`);

const bounds = { earliest: undefined, latest: Number.POSITIVE_INFINITY, hours: 1 };

/** What a version under evaluation gets of a column of that type, written to Parquet. */
async function read(values: string): Promise<unknown> {
  const path = `${folder}.parquet`;
  const instance = await DuckDBInstance.create(':memory:');
  const db = await instance.connect();
  await db.run(
    `COPY (SELECT 1 AS label, carrier FROM (VALUES ${values}) t(carrier)) TO '${path}' (FORMAT parquet)`,
  );
  db.closeSync();
  instance.closeSync();
  try {
    const { features } = await createScorer(createFolderArtifacts(folder), forkScoring).read(
      path,
      spec,
    );
    return features['carrier'];
  } finally {
    await rm(path);
  }
}

describe('the text of a category', () => {
  it.each([
    ['BIGINT', '(19::BIGINT), (20), (NULL)', ['19', '20', 'none']],
    [
      'DOUBLE',
      "(19::DOUBLE), (19.5), (-0.0), ('nan'), (NULL)",
      ['19', '19.5', '0', 'none', 'none'],
    ],
    ['FLOAT', '(19::FLOAT), (0.1), (NULL)', ['19', '0.1', 'none']],
    ['DECIMAL', '(19::DECIMAL(6,2)), (19.50), (NULL)', ['19', '19.5', 'none']],
    ['BOOLEAN', '(true), (false), (NULL)', ['true', 'false', 'none']],
    ['VARCHAR', "('19.0'), ('AA'), (''), (NULL)", ['19.0', 'AA', '', 'none']],
  ])('of a column of %s', async (_, values, texts) => {
    expect(await read(values)).toEqual(texts);
  });

  it('is the same at the gateway', () => {
    const accepted = accepts(spec.features, [], 10, spec.nullCategory);
    const asked = (data: unknown[]) =>
      readInfer(
        { inputs: [{ name: 'carrier', datatype: 'BYTES', shape: [data.length], data }] },
        accepted,
        new Date(),
        bounds,
      ).columns;
    expect(asked(['19', null, ''])).toEqual([['19', 'none', '']]);
    expect(() => asked([19])).toThrow('has 19 in row 0, expected a string, e.g. "19"');
  });

  it('is the empty one for null unless something else is declared', () => {
    const accepted = accepts(spec.features, [], 10);
    const inputs = [{ name: 'carrier', datatype: 'BYTES', shape: [1], data: [null] }];
    expect(readInfer({ inputs }, accepted, new Date(), bounds).columns).toEqual([['']]);
    expect(categoryText(Number.NaN, '')).toBe('');
  });
});
