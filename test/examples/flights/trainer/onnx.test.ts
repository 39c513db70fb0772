import { describe, expect, it } from 'vitest';
import { boost, predict } from '../../../../examples/flights/trainer/boost.ts';
import { toOnnx } from '../../../../examples/flights/trainer/onnx.ts';
import type { Column, Table } from '../../../../examples/flights/trainer/table.ts';
import { served } from '../served.ts';

/** A linear congruential generator (Numerical Recipes): the same numbers on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Rows whose label depends on a number, on a category, and on a number being missing. */
function table(rows: number): Table {
  const next = random(3);
  const near = Float32Array.from({ length: rows }, () => 100 + next() * 1e-4);
  const wide = Float32Array.from({ length: rows }, () => {
    const value = (next() - 0.5) * 1e6;
    return value > 4e5 ? Number.NaN : value;
  });
  const place = Array.from({ length: rows }, () =>
    next() < 0.02 ? null : `P${Math.floor(next() ** 2 * 40)}`,
  );
  const labels = Uint8Array.from({ length: rows }, (_, row) => {
    const missing = Number.isNaN(wide[row] ?? 0) ? 2 : 0;
    const odds =
      ((near[row] ?? 0) - 100) * 2e4 + missing + Number(place[row]?.slice(1) ?? 0) / 10 - 3;
    return next() < 1 / (1 + Math.exp(-odds)) ? 1 : 0;
  });
  const columns: Column[] = [
    { name: 'near', kind: 'number', values: near },
    { name: 'place', kind: 'category', values: place },
    { name: 'wide', kind: 'number', values: wide },
  ];
  return { rows, labels, columns };
}

const SETTINGS = { trees: 60, leaves: 31, learningRate: 0.1, seed: 1 };

const farthest = (a: Float64Array, b: Float64Array) =>
  a.reduce((most, value, row) => Math.max(most, Math.abs(value - (b[row] ?? Number.NaN))), 0);

describe('examples/flights/trainer/onnx', () => {
  const data = table(5000);
  const model = boost(data, SETTINGS);
  const bytes = toOnnx(model);

  it('serves what the trainer predicts', async () => {
    const predicted = predict(model, data.columns);
    expect(predicted).toHaveLength(5000);
    expect(farthest(predicted, await served(bytes, data.columns))).toBeLessThan(1e-6);
    // Not a constant that agrees by accident.
    expect(Math.max(...predicted) - Math.min(...predicted)).toBeGreaterThan(0.5);
  });

  it('agrees on thresholds, next to them, on missing values and on unseen categories', async () => {
    const thresholds = (feature: number) =>
      model.trees.flatMap((tree) =>
        tree.left.flatMap((left, node) =>
          left >= 0 && tree.feature[node] === feature ? [tree.threshold[node] ?? 0] : [],
        ),
      );
    const around = (values: number[]) => [
      ...values.flatMap((v) => [v, v * (1 + 2 ** -23), v * (1 - 2 ** -23)]),
      Number.NaN,
      Number.NEGATIVE_INFINITY,
    ];
    const [near, wide] = [around(thresholds(0)), around(thresholds(2))];
    const rows = Math.max(near.length, wide.length);
    expect(rows).toBeGreaterThan(1000);
    const cycle = (values: number[]) =>
      Float32Array.from({ length: rows }, (_, row) => values[row % values.length] ?? 0);
    const places = ['P0', 'P39', 'nowhere', null, 'Ünïcode'];
    const columns: Column[] = [
      { name: 'near', kind: 'number', values: cycle(near) },
      {
        name: 'place',
        kind: 'category',
        values: Array.from({ length: rows }, (_, row) => places[row % 5] ?? null),
      },
      { name: 'wide', kind: 'number', values: cycle(wide) },
    ];
    expect(farthest(predict(model, columns), await served(bytes, columns))).toBeLessThan(1e-6);
  });

  it('serves one tree of one split, with a category alone', async () => {
    const place = data.columns.filter(({ name }) => name === 'place');
    const stump = boost({ ...data, columns: place }, { ...SETTINGS, trees: 1, leaves: 2 });
    const scores = predict(stump, place);
    expect(new Set(scores).size).toBe(2);
    expect(farthest(scores, await served(toOnnx(stump), place))).toBeLessThan(1e-6);
  });

  it('serves the base rate where nothing can be split', async () => {
    const flat: Column = { name: 'flat', kind: 'number', values: new Float32Array(5000) };
    const constant = boost({ ...data, columns: [flat] }, { ...SETTINGS, trees: 2 });
    const share = data.labels.reduce((sum, label) => sum + label, 0) / data.rows;
    const scores = await served(toOnnx(constant), [flat]);
    expect(scores[0]).toBeCloseTo(share, 6);
    expect(farthest(predict(constant, [flat]), scores)).toBeLessThan(1e-6);
  });

  it('is the same to the byte for the same rows and seed, and another for another seed', () => {
    expect(Buffer.from(toOnnx(boost(table(5000), SETTINGS))).equals(bytes)).toBe(true);
    const other = toOnnx(boost(data, { ...SETTINGS, seed: 2 }));
    expect(Buffer.from(other).equals(bytes)).toBe(false);
  });
});
