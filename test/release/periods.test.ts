import { describe, expect, it } from 'vitest';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import { liveAt, periodsOf } from '../../src/release/periods.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 4, 1, hour));

function deployment(version: number, hour: number, outAt?: number): Deployment {
  return {
    ...{ id: `deployment-${version}`, model: 'flights', version, environment: 'production' },
    ...{ status: 'superseded', kind: 'promotion', by: 'dev', reason: 'approved', artifact: 'a' },
    since: at(hour),
    ...(outAt !== undefined && { takenOut: { by: 'ops', reason: 'wrong', at: at(outAt) } }),
  };
}

describe('release/periods', () => {
  // v1 from 8 to 10, v2 from 10 until it was undeployed at 12, nothing until 14, v3 since.
  const periods = periodsOf([deployment(3, 14), deployment(2, 10, 12), deployment(1, 8)]);

  it('ends each deployment when the next begins, or when it was taken out', () => {
    expect(periods.map(({ from, to }) => [from, to])).toEqual([
      [at(14), undefined],
      [at(10), at(12)],
      [at(8), at(10)],
    ]);
  });

  it.each([
    [7, undefined],
    [8, 1],
    [9, 1],
    [10, 2],
    [11, 2],
    [12, undefined],
    [13, undefined],
    [14, 3],
    [20, 3],
  ])('says what was live at %i o’clock', (hour, version) => {
    expect(liveAt(periods, at(hour))?.deployment.version).toBe(version);
  });

  it('ends a deployment that was taken out after its replacement when it was replaced', () => {
    const [, first] = periodsOf([deployment(2, 10), deployment(1, 8, 11)]);
    expect(first?.to).toEqual(at(10));
  });
});
