import { describe, expect, it } from 'vitest';
import { codedRows } from '../../src/core/feature-columns.ts';
import { createWhatIf } from '../../src/evaluation/what-if.ts';
import { binary } from '../../src/tasks/binary/index.ts';
import { regression } from '../../src/tasks/regression/index.ts';

const TRAINED = { from: new Date('2001-01-01'), to: new Date('2001-02-01') };
const about = (task = binary) => ({
  ...{ task, classes: [], version: 2, trained: TRAINED, primary: ['auc'] },
  features: { x: 'number', carrier: 'category' } as const,
});

const coded = (values: (string | null)[]) => {
  const found = codedRows(values.length);
  for (const [row, value] of values.entries()) found.set(row, value);
  return found.column(values.length);
};

const requests = (
  rows: { version?: number; served: number; carrier?: string | null; incomplete?: boolean }[],
) => ({
  rows: rows.length,
  versions: Int32Array.from(rows, ({ version = 1 }) => version),
  times: new Float64Array(rows.length).fill(Date.parse('2001-03-01')),
  features: {
    x: new Float64Array(rows.length),
    carrier: coded(rows.map(({ carrier = 'AA' }) => carrier)),
  },
  incomplete: Uint8Array.from(rows, ({ incomplete = false }) => Number(incomplete)),
  answers: Float64Array.from(rows, ({ served }) => served),
  labels: rows.map(() => null),
});

describe('evaluation/what-if', () => {
  it('leaves out requests without all features and answers that are not usable', () => {
    const found = createWhatIf(about());
    found.add(
      requests([
        { served: 0.2 },
        { served: 0.2, incomplete: true },
        { served: Number.NaN },
        { served: 0.2 },
      ]),
      [0.9, 0.9, 0.9, Number.NaN],
    );
    expect(found.result()).toMatchObject({ rows: 1, skipped: 3, flipped: { rows: 1 } });
    expect(found.result().comparison).toBeUndefined();
  });

  it('compares its own answers bit for bit, and counts none of them as others', () => {
    const found = createWhatIf(about());
    const own = [0.1, 0.30000000000000004, 0.5].map((served) => ({ version: 2, served }));
    found.add(requests(own), [0.1, 0.3, 0.5]);
    expect(found.result()).toMatchObject({ rows: 0, same: { rows: 3, different: 1 } });
  });

  it('names the categories with the largest shares, over all batches', () => {
    const found = createWhatIf(about());
    for (let batch = 0; batch < 2; batch += 1) {
      const rows = Array.from({ length: 40 }, (_, row) => ({
        ...{ served: 0.2, carrier: row % 2 ? 'AA' : null },
      }));
      found.add(
        requests(rows),
        rows.map(({ carrier }, row) => (carrier === null && row < 20 ? 0.9 : 0.2)),
      );
    }
    expect(found.result().flipped).toEqual({
      rows: 20,
      slices: [
        { column: 'carrier', value: 'missing', rows: 40, flipped: 20 },
        { column: 'carrier', value: 'AA', rows: 40, flipped: 0 },
      ],
    });
  });

  it('measures by how much numbers change', () => {
    const found = createWhatIf({ ...about(regression), primary: ['rmse'] });
    found.add(requests([{ served: 10 }, { served: 10 }]), [13, 9]);
    expect(found.result()).toMatchObject({ rows: 2, changed: { mean: 1, distance: 2 } });
    expect(found.result().flipped).toBeUndefined();
  });
});
