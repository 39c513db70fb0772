import type { MonitorSpec, Window } from '../../src/core/model.ts';
import type { Finding } from '../../src/core/ports/alerts.ts';
import type { Told } from '../../src/monitoring/course.ts';
import { seenIn } from '../../src/monitoring/kinds/index.ts';

/** Windows with insufficient data in between neither confirm nor clear; there may be many. */
export const FAR_BACK = 50;

/** What was found in the evaluated ones of these windows, in their order. */
export function seenOf(
  findings: readonly Omit<Finding, 'state'>[],
  monitor: MonitorSpec,
): (Told & { window: Window })[] {
  return findings
    .filter(({ status }) => ['ok', 'warn', 'alert'].includes(status))
    .map((one) => ({ ...seenIn(one, monitor), window: one.window }));
}
