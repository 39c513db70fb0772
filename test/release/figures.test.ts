import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Approval } from '../../src/core/ports/approvals.ts';
import type { Deployment } from '../../src/core/ports/deployments.ts';
import { type Delivered, deliveryFigures } from '../../src/release/figures.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-10-05T00:00:00Z');
const at = (hours: number) => new Date(START + hours * HOUR);
/** Two weeks. */
const PERIOD = { from: at(0), to: at(14 * 24) };

const deployment = (
  version: number,
  hours: number,
  more: Partial<Deployment> = {},
): Deployment => ({
  ...{ id: `deployment-${hours}`, model: 'flights', version, environment: 'production' },
  ...{ status: 'superseded', kind: 'promotion', by: 'dev', reason: '', artifact: 'a' },
  ...{ since: at(hours), ...more },
});
const rollback = (version: number, hours: number) =>
  deployment(version, hours, { kind: 'rollback' });
const approval = (
  hours: number,
  decided: number,
  whom: string,
  more: Partial<Approval> = {},
): Approval => ({
  ...{ id: `approval-${hours}`, model: 'flights', version: 1, environment: 'production' },
  ...{ requestedBy: 'dev', status: 'approved', needed: 1, revision: 1 },
  votes: [{ person: whom, verdict: 'approve', at: at(decided), via: 'web' }],
  ...{ createdAt: at(hours), decidedAt: at(decided), ...more },
});
const delivered = (
  deployments: Deployment[],
  approvals: Approval[] = [],
  trained: [number, number][] = [],
): Delivered => ({
  ...{ deployments: deployments.toSorted((a, b) => b.since.getTime() - a.since.getTime()) },
  approvals,
  trained: new Map(trained.map(([version, hours]) => [version, at(hours)])),
});
const figuresOf = (...all: Delivered[]) => deliveryFigures(all, PERIOD);

describe('release/figures', () => {
  it('has no medians and no share of nothing', () => {
    expect(figuresOf(delivered([]))).toEqual({
      ...{ lead: { median: undefined, count: 0 }, deployments: 0, perWeek: 0 },
      ...{ rolledBack: 0, rolledBackShare: undefined, waits: [], open: [] },
      restore: { median: undefined, count: 0 },
      approve: { median: undefined, count: 0 },
    });
    expect(figuresOf()).toMatchObject({ deployments: 0, rolledBackShare: undefined });
  });

  it('counts promotions of the period, and not rollbacks', () => {
    const past = delivered([
      ...[deployment(1, -1), deployment(2, 0), deployment(3, 50), rollback(2, 60)],
      ...[deployment(4, 335), deployment(5, 336)],
    ]);
    expect(figuresOf(past)).toMatchObject({ deployments: 3, perWeek: 1.5, rolledBack: 1 });
    expect(figuresOf(past).rolledBackShare).toBeCloseTo(1 / 3);
  });

  it('measures the lead time of the first time that a version was live, from its training', () => {
    const past = [deployment(1, 10), deployment(2, 20), rollback(1, 21), deployment(2, 100)];
    const { lead } = figuresOf(
      delivered(
        past,
        [],
        [
          [1, 4],
          [2, 10],
        ],
      ),
    );
    expect(lead).toEqual({ median: 8 * HOUR, count: 2 });
    // A version with an unknown training time is left out, not counted as immediate.
    expect(figuresOf(delivered(past, [], [[1, 4]])).lead.count).toBe(1);
  });

  it('measures the time to restore up to what replaced the bad version', () => {
    const takenOut = { by: 'ops', reason: 'nonsense', at: at(40) };
    const past = [
      ...[deployment(1, 1), deployment(2, 10), rollback(1, 12)],
      ...[deployment(3, 30, { takenOut }), deployment(4, 46)],
    ];
    expect(figuresOf(delivered(past))).toMatchObject({
      ...{ rolledBack: 2, restore: { median: 9 * HOUR, count: 2 } },
    });
    // Still out of service: it has failed, and is not restored yet.
    const out = [deployment(1, 1), deployment(3, 30, { takenOut })];
    expect(figuresOf(delivered(out))).toMatchObject({ rolledBack: 1, restore: { count: 0 } });
  });

  it('says who waited for whom, by the vote that decided', () => {
    const votes: Approval['votes'] = [
      { person: 'lead', verdict: 'approve', at: at(1), via: 'web' },
      { person: 'ops', verdict: 'approve', at: at(9), via: 'web' },
    ];
    const figures = figuresOf(
      delivered(
        [],
        [
          ...[approval(0, 2, 'lead'), approval(10, 14, 'lead'), approval(0, 9, 'ops', { votes })],
          approval(-50, -1, 'lead'),
          approval(20, 30, 'lead', { status: 'rejected' }),
          approval(20, 30, 'lead', { status: 'open', votes: [], id: 'approval-open' }),
        ],
      ),
    );
    expect(figures.approve).toEqual({ median: 4 * HOUR, count: 3 });
    expect(figures.waits).toEqual([
      { who: 'dev', whom: 'ops', median: 9 * HOUR, count: 1 },
      { who: 'dev', whom: 'lead', median: 3 * HOUR, count: 2 },
    ]);
    expect(figures.open).toMatchObject([{ approval: 'approval-open', who: 'dev', since: at(20) }]);
  });

  it('pools endpoints, whatever their order', () => {
    const one = fc.record({
      version: fc.integer({ min: 1, max: 4 }),
      hour: fc.integer({ min: -50, max: 400 }),
      back: fc.boolean(),
    });
    const past = fc
      .uniqueArray(one, { maxLength: 12, selector: ({ hour }) => hour })
      .map((all) =>
        delivered(
          all.map(({ version, hour, back }) => (back ? rollback : deployment)(version, hour)),
        ),
      );
    fc.assert(
      fc.property(past, past, (a, b) => {
        const [left, right, both] = [figuresOf(a), figuresOf(b), figuresOf(a, b)];
        expect(both).toEqual(figuresOf(b, a));
        expect(both.deployments).toBe(left.deployments + right.deployments);
        expect(both.rolledBack).toBe(left.rolledBack + right.rolledBack);
        expect(both.rolledBack).toBeLessThanOrEqual(both.deployments);
        expect(both.restore.count).toBeLessThanOrEqual(both.rolledBack);
      }),
    );
  });
});
