import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault, Watched } from '../../../core/monitor.ts';
import { DEFAULTS, type DriftOptions } from './options.ts';

export const Settings = z.object({
  important: z.array(z.string()).default([]),
  psi_warn: z.number().positive().default(DEFAULTS.warn),
  psi_alert: z.number().positive().default(DEFAULTS.alert),
  alpha: z.number().min(0.000001).max(0.5).default(DEFAULTS.alpha),
});

export type DriftMonitor = MonitorOf<z.output<typeof Settings>>;

export function faults({ settings }: DriftMonitor, { features }: Watched['model']): MonitorFault[] {
  const { important, psi_warn, psi_alert } = settings;
  const unknown = important.filter((feature) => !Object.hasOwn(features, feature));
  return [
    ...(unknown.length > 0
      ? [{ key: 'important', words: `no feature "${unknown.join('", "')}"` }]
      : []),
    ...(psi_warn > psi_alert ? [{ key: 'psi_warn', words: 'it is greater than psi_alert' }] : []),
  ];
}

export function optionsOf({ settings, minRows }: DriftMonitor): DriftOptions {
  const { psi_warn: warn, psi_alert: alert, alpha, important } = settings;
  return { ...DEFAULTS, warn, alert, alpha, minRows, important };
}
