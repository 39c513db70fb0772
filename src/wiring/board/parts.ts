import type { MonitorSpec } from '../../core/model.ts';
import type { Finding } from '../../core/ports/alerts.ts';
import type { Needs } from '../../core/world.ts';

export type BoardParts = Needs<
  | 'models'
  | 'environments'
  | 'deployments'
  | 'approvals'
  | 'alerts'
  | 'findings'
  | 'versions'
  | 'runs'
  | 'profiles'
  | 'replies'
  | 'clock'
>;

/** A monitor and what it found in its newest windows, newest first. */
export interface Watched {
  monitor: MonitorSpec;
  findings: readonly Omit<Finding, 'state'>[];
}
