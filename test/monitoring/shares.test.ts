import { describe, expect, it } from 'vitest';
import type { MonitorSpec } from '../../src/core/model.ts';
import {
  budgetOf,
  budgetWords,
  timeOfBudget,
  windowsOfBudget,
} from '../../src/monitoring/budget.ts';
import { kindOf } from '../../src/monitoring/kinds/index.ts';
import { withShares } from '../../src/monitoring/shares.ts';

const monitor = (name: string, kind: string, keys: object = {}): MonitorSpec => ({
  name,
  ...kindOf(kind).schema.parse({ kind, ...keys }),
});

describe('monitoring/shares', () => {
  it('splits the budget of a model equally over the monitors that keep to one', () => {
    const monitors = [
      monitor('daily', 'drift'),
      monitor('weekly', 'drift', { window_hours: 168 }),
      monitor('auc', 'performance'),
      // These have no budget, or one of their own.
      monitor('classical', 'drift', { rule: 'fixed' }),
      monitor('own', 'performance', { false_alarms: '1 per year' }),
      monitor('speed', 'latency'),
    ];
    const shared = withShares(monitors, '1 per 2 years');
    const share = { falseAlarms: '1 per 2 years', monitors: 3 };
    expect(shared.map(({ budget }) => budget)).toEqual([
      ...[share, share, share],
      ...[undefined, undefined, undefined],
    ]);
    // 365 days a year; a third of an alarm in two years.
    expect(windowsOfBudget(share, 24)).toBe(3 * 730);
    expect(windowsOfBudget(share, 168)).toBeCloseTo((3 * 730) / 7);
    // As many alarms as the model allows, whatever the windows.
    const perYear = shared.flatMap(({ budget, windowHours }) =>
      budget ? [8760 / windowHours / windowsOfBudget(budget, windowHours)] : [],
    );
    expect(perYear.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0.5);
  });

  it('leaves a monitor that is alone the whole of it', () => {
    const [alone] = withShares([monitor('daily', 'drift'), monitor('data', 'quality')]);
    expect(alone?.budget).toEqual({ falseAlarms: '1 per 2 years', monitors: 1 });
  });

  it('says whose budget it is, and how often an alarm would be false', () => {
    const shared = { falseAlarms: '1 per 2 years', monitors: 3 };
    expect(budgetWords(shared)).toBe(
      'false_alarms: 1 per 2 years for the model, shared by 3 monitors',
    );
    expect(timeOfBudget(shared)).toBe('6 years');
    expect(timeOfBudget({ falseAlarms: '2 per year', monitors: 2 })).toBe('2 years 2 times');
    const own = budgetOf({ settings: { false_alarms: '1 per week' }, budget: shared });
    expect(own).toEqual({ falseAlarms: '1 per week', monitors: 1 });
    expect(timeOfBudget(own)).toBe('week');
    expect(budgetOf({ settings: {} })).toEqual({ falseAlarms: '1 per 2 years', monitors: 1 });
  });
});
