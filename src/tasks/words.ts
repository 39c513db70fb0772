import { rounded } from '../core/figures.ts';
import { metricName, withinSentence } from '../core/metrics.ts';
import type { MetricShape, Task } from '../core/task.ts';
import { tasks } from './index.ts';

/**
 * A metric as people write it within a sentence: `AUC`, `log loss`, `recall of late`. A name that no task has
 * stays as it is.
 */
export function metricWords(name: string): string {
  const { words } = shapeOf(name) ?? {};
  return words === undefined ? name : withinSentence(words);
}

/** What a metric of a task is called at the head of a sentence, and its unit, where it has one. */
export function metricOf(
  name: string,
  { task, unit }: { task: Task; unit?: string | undefined },
): { words: string; unit: string | undefined } {
  const shape = shapeOf(name, [task]);
  return { words: shape?.words ?? name, unit: unitOf(shape, unit) };
}

/** A metric's name at the head of a column, with its unit: `RMSE (minutes)`. */
export function metricHeading(name: string, unit: string | undefined): string {
  const behind = unitOf(shapeOf(name), unit);
  return behind === undefined ? metricWords(name) : `${metricWords(name)} (${behind})`;
}

/**
 * The first `most` of some metrics: `RMSE 37.12 minutes, R² 0.121`.
 * @param unit of the label, for metrics that have it
 */
export function figures(
  values: Readonly<Record<string, number>>,
  most: number,
  unit?: string | undefined,
): string {
  const named = Object.entries(values).map(([name, value]) => {
    const behind = unitOf(shapeOf(name), unit);
    return `${metricWords(name)} ${rounded(value)}${behind === undefined ? '' : ` ${behind}`}`;
  });
  // An empty value is none to a platform, and it refuses the whole message.
  return named.slice(0, most).join(', ') || 'not measured';
}

function unitOf(shape: MetricShape | undefined, unit: string | undefined): string | undefined {
  return shape?.unit === 'label' ? unit : undefined;
}

/** Metrics of a class carry its name in brackets: `recall[late]`. */
function shapeOf(given: string, among: readonly Task[] = tasks): MetricShape | undefined {
  const name = metricName(given);
  const of = /\[(.*)\]$/s.exec(name)?.[1];
  const classes = of === undefined ? [] : [of];
  for (const task of among) {
    const found = task.metrics(classes).find((metric) => metric.name === name);
    if (found) return found;
  }
  return undefined;
}
