import { describe, expect, it } from 'vitest';
import { compareProbed } from '../../src/evaluation/probe.ts';
import { binary } from '../../src/tasks/binary/index.ts';

const ROWS = 500;
const labels = Array.from({ length: ROWS }, (_, row) => (row * 7919) % 2);
const about = {
  ...{ task: binary, classes: [], metric: 'brier', labels, trained: [] },
  times: labels.map((_, row) => row),
  live: Float64Array.from(labels, () => 0.5),
  candidate: Float64Array.from(labels, (label) => (label === 1 ? 0.8 : 0.2)),
};

describe('evaluation/probe', () => {
  it('compares with the live version; a plus is better, though a lower score is', () => {
    const found = compareProbed(about);
    expect(found).toMatchObject({ rows: ROWS, live: 0.25 });
    expect('delta' in found && found.delta).toBeCloseTo(0.25 - 0.04, 12);
    expect('low' in found && found.low).toBeGreaterThan(0);
  });

  it('leaves out rows of days that a model was trained on, and answers that are not usable', () => {
    const trained = [{ from: new Date(0), to: new Date(100) }];
    const candidate = about.candidate.map((score, row) => (row >= 490 ? Number.NaN : score));
    expect(compareProbed({ ...about, trained, candidate })).toMatchObject({ rows: 390 });
  });

  it('compares nothing on a few rows', () => {
    const trained = [{ from: new Date(0), to: new Date(400) }];
    expect(compareProbed({ ...about, trained })).toEqual({ tooFew: 100 });
  });
});
