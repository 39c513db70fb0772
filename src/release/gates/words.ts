import { metricName } from '../../core/metrics.ts';
import type { MetricShape } from '../../core/task.ts';

/** 20000 as `20,000`. */
export function count(rows: number): string {
  return rows.toLocaleString('en-US');
}

/** With three digits, or as many more as distinguish it from the bound: 0.6499, not 0.65. */
export function beside(value: number, other: number): string {
  for (let digits = 3; digits <= 15; digits += 1) {
    const shown = Number(value.toPrecision(digits));
    if (value === other || shown !== other) return String(shown);
  }
  return String(value);
}

/** `37.12 minutes`. */
export function withUnit(figure: string, unit: string | undefined): string {
  return unit === undefined ? figure : `${figure} ${unit}`;
}

/** `12.5%`. Three digits, unlike elsewhere: a limit is shown as somebody wrote it, and its value like it. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))}%`;
}

/** What a metric is called at the start of a sentence, and its unit. */
export interface Called {
  name: string;
  unit: string | undefined;
  shape: MetricShape | undefined;
}

/** Of a metric by its name in a gate; one that the task does not have keeps its name. */
export function called(
  metric: string,
  { metrics, unit }: { metrics: readonly MetricShape[]; unit?: string | undefined },
): Called {
  const shape = metrics.find(({ name }) => name === metricName(metric));
  return {
    name: shape?.words ?? capital(metric),
    unit: shape?.unit === 'label' ? unit : undefined,
    shape,
  };
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' ');
}

export const HOUR_MS = 3_600_000;

/** Rounded down: what is shown never looks longer than it was. */
export const hoursOf = (ms: number): string => String(Math.floor((ms / HOUR_MS) * 10) / 10);

/** Rounded up, so that it has passed by then. */
export const toMinute = (date: Date): Date => new Date(Math.ceil(date.getTime() / 60_000) * 60_000);
