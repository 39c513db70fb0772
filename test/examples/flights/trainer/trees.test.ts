import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bin } from '../../../../examples/flights/trainer/bins.ts';
import { boost } from '../../../../examples/flights/trainer/boost.ts';
import {
  encode,
  encodeOutOfFold,
  targetEncoding,
} from '../../../../examples/flights/trainer/encoding.ts';
import { LOSSES } from '../../../../examples/flights/trainer/losses/index.ts';
import { predict } from '../../../../examples/flights/trainer/predict.ts';

const float32s = fc.array(fc.float({ noNaN: false }), { minLength: 1, maxLength: 600 });

describe('examples/flights/trainer/bins', () => {
  it('puts a row in bin b or lower exactly when its value is at most edge b', () => {
    fc.assert(
      fc.property(float32s, (values) => {
        const { bins, edges } = bin(Float32Array.from(values));
        expect(edges.length).toBeLessThanOrEqual(254);
        values.forEach((value, row) => {
          for (const [at, edge] of edges.entries()) {
            expect((bins[row] ?? 0) <= at).toBe(value <= edge);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('keeps few values apart, neighbours in float32 too', () => {
    const one = 1;
    const next = 1 + 2 ** -23;
    const { bins } = bin(Float32Array.of(next, one, 7, Number.NaN, one));
    expect([...bins]).toEqual([1, 0, 2, 3, 0]);
  });

  it('fills at most 255 bins about evenly', () => {
    const { bins } = bin(Float32Array.from({ length: 10_000 }, (_, row) => Math.sqrt(row)));
    const counts = new Map<number, number>();
    for (const b of bins) counts.set(b, (counts.get(b) ?? 0) + 1);
    expect(counts.size).toBeGreaterThan(240);
    expect(Math.max(...counts.values())).toBeLessThan(60);
  });
});

describe('examples/flights/trainer/encoding', () => {
  const categories = ['a', 'a', 'a', 'a', 'b', null];
  const labels = Float64Array.of(1, 1, 1, 0, 0, 0);

  it('draws the mean of a category towards the overall mean', () => {
    const encoding = targetEncoding(categories, labels);
    expect(encoding.unseen).toBe(0.5);
    expect(encoding.values.get('a')).toBeCloseTo((3 + 20 * 0.5) / 24, 6);
    expect([...encode(['b', 'c', null], encoding)]).toEqual([Math.fround(10 / 21), 0.5, 0.5]);
  });

  it('encodes a training row without its own label', () => {
    const alone = Array.from({ length: 300 }, (_, row) => `only ${row}`);
    const shared = Float64Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? 1 : 0));
    const before = encodeOutOfFold(alone, shared, 5);
    const row = 42;
    const changed = shared.slice();
    changed[row] = 1 - (shared[row] ?? 0);
    expect(encodeOutOfFold(alone, changed, 5)[row]).toBe(before[row]);
    expect(new Set(before).size).toBeLessThanOrEqual(5);
  });
});

describe('examples/flights/trainer/boost', () => {
  it.each(['logistic', 'squared', 'softmax'] as const)(
    'lowers the %s loss with every tree and respects the number of leaves',
    (name) => {
      const loss = LOSSES[name];
      const values = Float32Array.from({ length: 2000 }, (_, row) => row);
      const steps = Array.from(values, (value) => Math.floor(value / 250) % 2);
      const target = loss.target(name === 'softmax' ? steps.map((step) => `c${step}`) : steps);
      const columns = [{ name: 'x', kind: 'number' as const, values }];
      const settings = { trees: 20, leaves: 5, learningRate: 0.3, seed: 0 };
      const model = boost({ rows: 2000, target, columns }, loss, settings);
      expect(model.trees).toHaveLength(20 * model.start.length);
      const losses = Array.from({ length: 20 }, (_, round) => {
        const trees = model.trees.slice(0, (round + 1) * model.start.length);
        const { log_loss, rmse } = loss.metrics(predict({ ...model, trees }, columns), target);
        return log_loss ?? rmse;
      });
      expect(losses).toEqual(losses.toSorted((a = 0, b = 0) => b - a));
      expect(losses.at(-1)).toBeLessThan(0.2);
      for (const { left } of model.trees) {
        expect(left.filter((to) => to < 0).length).toBeLessThanOrEqual(5);
      }
    },
  );
});
