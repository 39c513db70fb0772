import type { MonitorSpec } from '../core/model.ts';
import { DEFAULT_FALSE_ALARMS } from './budget.ts';
import { kindOf } from './kinds/index.ts';

/**
 * The monitors of an endpoint with the model's budget of false alarms split among those that keep to one and state none of
 * their own: equally, so that all together raise as many as the model allows (the union bound). Monitors with a budget
 * of their own, and those that keep to none, have no share.
 */
export function withShares(
  monitors: readonly MonitorSpec[],
  falseAlarms: string = DEFAULT_FALSE_ALARMS,
): MonitorSpec[] {
  const shares = (monitor: MonitorSpec) => kindOf(monitor.kind).sharesBudget(monitor);
  const many = monitors.filter(shares).length;
  return monitors.map((monitor) =>
    shares(monitor) ? { ...monitor, budget: { falseAlarms, monitors: many } } : monitor,
  );
}
