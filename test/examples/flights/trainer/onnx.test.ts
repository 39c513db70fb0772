import { describe, expect, it } from 'vitest';
import { boost } from '../../../../examples/flights/trainer/boost.ts';
import { LOSSES } from '../../../../examples/flights/trainer/losses/index.ts';
import { toOnnx } from '../../../../examples/flights/trainer/onnx.ts';
import { predict } from '../../../../examples/flights/trainer/predict.ts';
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

type LossName = keyof typeof LOSSES;

/** The inputs of the labels below: log odds, and a number between 0 and 1. */
const LABELS: Record<LossName, (odds: number, chance: number) => number | string> = {
  logistic: (odds, chance) => (chance < 1 / (1 + Math.exp(-odds)) ? 1 : 0),
  squared: (odds, chance) => 20 * odds + 30 * chance,
  softmax: (odds, chance) => ['low', 'middle', 'high'][Math.trunc(odds + 2 * chance) + 1] ?? 'high',
};

/** Rows whose label depends on a number, on a category, and on a number being missing. */
function table(rows: number, name: LossName): Table {
  const next = random(3);
  const near = Float32Array.from({ length: rows }, () => 100 + next() * 1e-4);
  const wide = Float32Array.from({ length: rows }, () => {
    const value = (next() - 0.5) * 1e6;
    return value > 4e5 ? Number.NaN : value;
  });
  const place = Array.from({ length: rows }, () =>
    next() < 0.02 ? null : `P${Math.floor(next() ** 2 * 40)}`,
  );
  const labels = Array.from({ length: rows }, (_, row) => {
    const missing = Number.isNaN(wide[row] ?? 0) ? 2 : 0;
    const odds =
      ((near[row] ?? 0) - 100) * 2e4 + missing + Number(place[row]?.slice(1) ?? 0) / 10 - 3;
    return LABELS[name](odds, next());
  });
  const columns: Column[] = [
    { name: 'near', kind: 'number', values: near },
    { name: 'place', kind: 'category', values: place },
    { name: 'wide', kind: 'number', values: wide },
  ];
  return { rows, target: LOSSES[name].target(labels), columns };
}

const SETTINGS = { trees: 60, leaves: 31, learningRate: 0.1, seed: 1 };

/** Relative to the largest answer, at least 1: a served sum is over float32 steps of that size. */
function farthest(a: Float64Array[], b: Float64Array[]): number {
  const apart = a.map((values, at) =>
    values.map((value, row) => value - (b[at]?.[row] ?? Number.NaN)),
  );
  return largest(apart) / Math.max(1, largest(a));
}

const largest = (columns: Float64Array[]) =>
  columns.reduce((most, values) => values.reduce((own, v) => Math.max(own, Math.abs(v)), most), 0);

const OUTPUTS: Record<LossName, string[]> = {
  logistic: ['score'],
  squared: ['value'],
  softmax: ['label', 'probabilities'],
};

const NAMES = ['logistic', 'squared', 'softmax'] as const;

describe.each(NAMES)('examples/flights/trainer/onnx of %s', (name) => {
  const loss = LOSSES[name];
  const data = table(5000, name);
  const model = boost(data, loss, SETTINGS);
  const bytes = toOnnx(model);
  const answers = async (of: Uint8Array, columns: Column[]) =>
    (await served(of, columns)).columns(OUTPUTS[name].at(-1) ?? '');

  it('serves what the trainer predicts', async () => {
    const predicted = predict(model, data.columns);
    expect(predicted.map(({ length }) => length)).toEqual(model.start.map(() => 5000));
    const found = await served(bytes, data.columns);
    expect(found.names).toEqual(OUTPUTS[name]);
    expect(farthest(predicted, await answers(bytes, data.columns))).toBeLessThan(1e-6);
    // Not a constant that agrees by accident.
    for (const values of predicted)
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.5);
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
    expect(farthest(predict(model, columns), await answers(bytes, columns))).toBeLessThan(1e-6);
  });

  it('serves one tree of one split, with a category alone', async () => {
    const place = data.columns.filter((column) => column.name === 'place');
    const stump = boost({ ...data, columns: place }, loss, { ...SETTINGS, trees: 1, leaves: 2 });
    const scores = predict(stump, place);
    expect(new Set(scores[0]).size).toBeGreaterThan(1);
    expect(farthest(scores, await answers(toOnnx(stump), place))).toBeLessThan(1e-6);
  });

  it('serves a constant if nothing can be split', async () => {
    const flat: Column = { name: 'flat', kind: 'number', values: new Float32Array(5000) };
    const constant = boost({ ...data, columns: [flat] }, loss, { ...SETTINGS, trees: 2 });
    const means = loss.indicators(data.target).map((values) => mean(values));
    const scores = await answers(toOnnx(constant), [flat]);
    means.reverse().forEach((value, at) => {
      expect(scores.at(-1 - at)?.[0]).toBeCloseTo(value, 5);
    });
    expect(farthest(predict(constant, [flat]), scores)).toBeLessThan(1e-6);
  });

  it('is the same to the byte for the same rows and seed, and another for another seed', () => {
    expect(Buffer.from(toOnnx(boost(table(5000, name), loss, SETTINGS))).equals(bytes)).toBe(true);
    const other = toOnnx(boost(data, loss, { ...SETTINGS, seed: 2 }));
    expect(Buffer.from(other).equals(bytes)).toBe(false);
  });
});

it('serves the likeliest class by name, one for each row', async () => {
  const data = table(2000, 'softmax');
  const model = boost(data, LOSSES.softmax, { ...SETTINGS, trees: 10 });
  const found = await served(toOnnx(model), data.columns);
  expect(found.dims('label')).toEqual([2000]);
  expect(found.dims('probabilities')).toEqual([2000, 3]);
  const probabilities = predict(model, data.columns);
  const likeliest = Array.from({ length: 2000 }, (_, row) => {
    const scores = probabilities.map((own) => own[row] ?? 0);
    expect(scores.reduce((sum, score) => sum + score)).toBeCloseTo(1, 12);
    return model.classes[scores.indexOf(Math.max(...scores))];
  });
  expect(model.classes).toEqual(['high', 'low', 'middle']);
  expect(new Set(likeliest).size).toBe(3);
  expect(found.texts('label')).toEqual(likeliest);
});

const mean = (values: Float64Array) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
