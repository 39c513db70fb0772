import type { MonitorSpec } from '../../core/model.ts';
import type { Finding } from '../../core/ports/alerts.ts';

/** A monitor and what it found in its newest windows, newest first. */
export interface Watched {
  monitor: MonitorSpec;
  findings: readonly Omit<Finding, 'state'>[];
}
