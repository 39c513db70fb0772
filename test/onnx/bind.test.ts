import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { FeatureSchema } from '../../src/core/model.ts';
import { admit } from '../../src/onnx/admit.ts';
import { loadModel } from '../../src/serving/model.ts';
import { asBinary } from '../tasks/declared.ts';

const FEATURES: FeatureSchema = { age: 'number', fee: 'number' };
const fileOf = (name: string) => fileURLToPath(new URL(`files/${name}.onnx`, import.meta.url));

async function scores(name: string, features: FeatureSchema, columns: number[][]) {
  const model = await loadModel({ bytes: await readFile(fileOf(name)), name }, asBinary(features));
  try {
    return Array.from(await model.answer(columns, 2));
  } finally {
    model.release();
  }
}

/** What scikit-learn predicted for these rows when the files were made. */
const AGES = [30, 40];
const FEES = [9.5, 12];
const EXPECTED = [0.045886972, 0.126248813];

describe('onnx/bind', () => {
  it.each(['good', 'swapped', 'double', 'matrix', 'matrix-double'])(
    'matches the inputs of %s.onnx with the features',
    async (name) => {
      const found = await scores(name, FEATURES, [AGES, FEES]);
      for (const [row, score] of EXPECTED.entries()) expect(found[row]).toBeCloseTo(score, 6);
    },
  );

  it('passes columns by name if there are names, otherwise in the declared order', async () => {
    const other: FeatureSchema = { fee: 'number', age: 'number' };
    const named = await scores('good', other, [FEES, AGES]);
    expect(named[0]).toBeCloseTo(EXPECTED[0] ?? 0, 6);
    const unnamed = await scores('matrix', other, [FEES, AGES]);
    expect(Math.abs((unnamed[0] ?? 0) - (EXPECTED[0] ?? 0))).toBeGreaterThan(0.001);
    expect(admit(await readFile(fileOf('matrix')), asBinary(other))).toEqual([
      expect.stringContaining('in the order of wheelhouse.yaml: fee, age.'),
    ]);
  });

  it('accepts integer inputs if the rows have only integers', async () => {
    expect(
      admit(await readFile(fileOf('int64')), asBinary(FEATURES), { other: 'has fractions' }),
    ).toEqual([]);
    expect((await scores('int64', FEATURES, [AGES, [9, 12]])).length).toBe(2);
  });
});
