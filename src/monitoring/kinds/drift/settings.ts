import { z } from 'zod';
import type { MonitorOf } from '../../../core/define-monitor-kind.ts';
import type { MonitorFault, Watched } from '../../../core/monitor.ts';
import { budgetOf, budgetWords, FalseAlarms, windowsOfBudget } from '../../budget.ts';
import { DEFAULTS, type DriftOptions } from './options.ts';

export const Settings = z.object({
  rule: z.enum(['budget', 'fixed']).optional(),
  false_alarms: FalseAlarms.optional(),
  /** Whether quiet live windows join the reference. */
  grow_reference: z.boolean().optional(),
  important: z.array(z.string()).optional(),
  psi_warn: z.number().positive().optional(),
  psi_alert: z.number().positive().optional(),
  alpha: z.number().min(0.000001).max(0.5).optional(),
});

type DriftSettings = z.output<typeof Settings>;
export type DriftMonitor = MonitorOf<DriftSettings>;

/** Whoever sets one of these asks for the fixed rules. */
const FIXED = ['important', 'psi_warn', 'psi_alert', 'alpha'] as const;
/** With fewer windows in it, a budget allows an alarm before there is evidence for one. */
const FEWEST_WINDOWS = 20;

/** `given`: the keys as they are in the workspace file. */
export function defaultsFor(given: Readonly<Record<string, unknown>>) {
  const isFixed = [...FIXED, 'need', 'of'].some((key) => given[key] !== undefined);
  const rule = given['rule'] ?? (isFixed ? 'fixed' : 'budget');
  return rule === 'fixed'
    ? { windowHours: 168, minRows: DEFAULTS.minRows, need: 2, of: 3, settings: { rule } }
    : {
        ...{ windowHours: 24, minRows: 50, need: 1, of: 1 },
        settings: { rule },
      };
}

export function isFixed({ settings }: DriftMonitor): boolean {
  return (settings.rule ?? ruleOf(settings)) === 'fixed';
}

function ruleOf(settings: DriftSettings): 'budget' | 'fixed' {
  return FIXED.some((key) => settings[key] !== undefined) ? 'fixed' : 'budget';
}

/** The number of windows with one false alarm on average. */
export function windowsIn(monitor: DriftMonitor): number {
  return windowsOfBudget(budgetOf(monitor), monitor.windowHours);
}

export function faults(monitor: DriftMonitor, { features }: Watched['model']): MonitorFault[] {
  const { important = [], psi_warn = DEFAULTS.warn, psi_alert = DEFAULTS.alert } = monitor.settings;
  const unknown = important.filter((feature) => !Object.hasOwn(features, feature));
  return [
    ...(unknown.length > 0
      ? [{ key: 'important', words: `no feature "${unknown.join('", "')}"` }]
      : []),
    ...(psi_warn > psi_alert ? [{ key: 'psi_warn', words: 'it is greater than psi_alert' }] : []),
    ...(isFixed(monitor) ? fixedFaults(monitor) : budgetFaults(monitor)),
  ];
}

function fixedFaults({ settings }: DriftMonitor): MonitorFault[] {
  const words = 'fixed rules keep to no budget; remove it, or set "rule: budget"';
  return (['false_alarms', 'grow_reference'] as const)
    .filter((key) => settings[key] !== undefined)
    .map((key) => ({ key, words }));
}

function budgetFaults(monitor: DriftMonitor): MonitorFault[] {
  const { settings, need, of, windowHours } = monitor;
  const unused = [
    ...FIXED.filter((key) => settings[key] !== undefined),
    ...(need === 1 && of === 1 ? [] : ['need']),
  ];
  const budget = windowsIn(monitor);
  const few = `"${budgetWords(budgetOf(monitor)).replace('false_alarms: ', '')}" allows an alarm in ${budget.toFixed(1)} windows of ${windowHours} h; at least ${FEWEST_WINDOWS} are needed`;
  return [
    ...unused.map((key) => ({ key, words: 'only "rule: fixed" uses it' })),
    ...(budget < FEWEST_WINDOWS ? [{ key: 'false_alarms', words: few }] : []),
  ];
}

export function optionsOf({ settings, minRows }: DriftMonitor): DriftOptions {
  const {
    psi_warn: warn = DEFAULTS.warn,
    psi_alert: alert = DEFAULTS.alert,
    alpha = DEFAULTS.alpha,
    important = [],
  } = settings;
  return { ...DEFAULTS, warn, alert, alpha, minRows, important };
}
