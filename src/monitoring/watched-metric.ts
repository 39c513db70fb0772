import { metricName } from '../core/metrics.ts';
import type { MonitorFault } from '../core/monitor.ts';
import type { Metric, RowLoss, Task } from '../core/task.ts';

/** A metric that is the mean of a loss over rows. */
export type WatchedMetric = Metric & { loss: RowLoss };

/** The metrics of a task that are means of a loss. */
export const meansOf = (task: Task): WatchedMetric[] =>
  task.metrics([]).flatMap((metric) => (metric.loss ? [{ ...metric, loss: metric.loss }] : []));

/** The metric that a monitor raises alarms by; undefined if the task has none. `loss`: as named in its settings. */
export function watchedMetric(task: Task, loss: string | undefined): WatchedMetric | undefined {
  const name = loss === undefined ? task.defaults.watched : metricName(loss);
  const means = meansOf(task);
  return means.find((metric) => metric.name === name) ?? means[0];
}

/** What is wrong with the metric named in the settings. */
export function lossFaults(task: Task, loss: string | undefined): MonitorFault[] {
  const means = meansOf(task).map(({ name }) => name);
  if (loss === undefined || means.includes(metricName(loss))) return [];
  const written = means.map((name) => name.replaceAll(/[A-Z]/g, (one) => `_${one.toLowerCase()}`));
  return [
    {
      key: 'loss',
      words: `"${loss}" is not a mean over rows; write ${written.join(', ') || 'none'}`,
    },
  ];
}
