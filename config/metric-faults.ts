import { metricName, writtenMetric } from '../src/core/metrics.ts';
import { didYouMean } from '../src/core/suggest.ts';
import type { MetricShape } from '../src/core/task.ts';
import { type Fault, fieldsOf } from './faults.ts';
import { classesOf, taskOf } from './task-of.ts';

type Fields = Record<string, unknown>;
type Path = readonly PropertyKey[];
type Range = { min: number | undefined; max: number | undefined };

/** Metrics in a model's evaluation that its task does not have, and margins that no value can meet. */
export function metricFaults(model: Fields): Fault[] {
  const evaluation = fieldsOf(model['evaluation']);
  const metrics = taskOf(model).metrics(classesOf(model));
  const { margin } = evaluation;
  const primary: unknown[] = Array.isArray(evaluation['primary']) ? evaluation['primary'] : [];
  return [
    ...primary.flatMap((metric, at) =>
      unknownMetric(metric, metrics, ['evaluation', 'primary', at]),
    ),
    ...inMargin(margin, metrics, metrics, ['evaluation', 'margin']),
    ...inCost(evaluation['cost'], model),
    ...unusedUnit(model, metrics),
  ];
}

/** A unit is shown beside metrics that have the label's, and nowhere else. */
function unusedUnit(model: Fields, metrics: readonly MetricShape[]): Fault[] {
  if (model['unit'] === undefined || metrics.some(({ unit }) => unit === 'label')) return [];
  const { name } = taskOf(model);
  return [{ path: ['unit'], words: `no metric of the task ${name} has a unit; remove it` }];
}

function inCost(cost: unknown, model: Fields): Fault[] {
  const task = taskOf(model);
  if (cost === undefined || task.decision) return [];
  const words = `a model of the task ${task.name} has no threshold, so cost cannot be set`;
  return [{ path: ['evaluation', 'cost'], words }];
}

/** The same for a gate of that model. */
export function gateMetricFaults(gate: Fields, model: Fields): Fault[] {
  const { metric, min, max, margin } = gate;
  const metrics = taskOf(model).metrics(classesOf(model));
  if (metric === undefined) return inMargin(margin, metrics, metrics, ['margin']);
  const shape = shapeOf(metric, metrics);
  if (!shape) return unknownMetric(metric, metrics, ['metric']);
  const who = String(metric);
  return [
    ...outOfRange('min', min, who, shape, ['min']),
    ...outOfRange('max', max, who, shape, ['max']),
    ...inMargin(margin, [shape], metrics, ['margin'], who),
  ];
}

/** A number, or a number for each metric by name. */
function inMargin(
  margin: unknown,
  of: readonly MetricShape[],
  metrics: readonly MetricShape[],
  path: Path,
  who = 'a difference',
): Fault[] {
  if (typeof margin === 'number') {
    // One number applies to all metrics: with a share among them it cannot exceed 1, even if others have no bound.
    const widths = of.flatMap((shape) => widthOf(shape) ?? []);
    const max = widths.length > 0 ? Math.max(...widths) : undefined;
    return outOfRange('margin', margin, who, { min: 0, max }, path);
  }
  return Object.entries(fieldsOf(margin)).flatMap(([name, value]) => {
    const shape = shapeOf(name, metrics);
    if (!shape) return unknownMetric(name, metrics, [...path, name]);
    return outOfRange('margin', value, name, { min: 0, max: widthOf(shape) }, [...path, name]);
  });
}

function widthOf({ min, max }: Range): number | undefined {
  return min === undefined || max === undefined ? undefined : max - min;
}

function unknownMetric(metric: unknown, metrics: readonly MetricShape[], path: Path): Fault[] {
  if (typeof metric !== 'string' || shapeOf(metric, metrics)) return [];
  const names = metrics.map(({ name }) => name);
  const words =
    metric === 'rows'
      ? 'rows is not a metric; write { min_rows: NUMBER }'
      : `"${metric}" is not a metric of this task.${didYouMean(metric, names)} Expected one of ${names.map(writtenMetric).join(', ')}`;
  return [{ path, words }];
}

/** A bound outside the metric's range is always met or never. */
function outOfRange(
  kind: 'min' | 'max' | 'margin',
  value: unknown,
  who: string,
  { min, max }: Range,
  path: Path,
): Fault[] {
  if (typeof value !== 'number' || Number.isNaN(value)) return [];
  if (value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY))
    return [];
  const lies =
    min === undefined
      ? `is at most ${max}`
      : max === undefined
        ? `is at least ${min}`
        : `is between ${min} and ${max}`;
  const percent =
    max === 1 && value > 1 && value <= 100
      ? `; did you mean ${Number((value / 100).toPrecision(6))}?`
      : '';
  return [{ path, words: `${who} ${lies}, so ${kind}: ${value} is not possible${percent}` }];
}

function shapeOf(metric: unknown, metrics: readonly MetricShape[]): MetricShape | undefined {
  return metrics.find(({ name }) => typeof metric === 'string' && name === metricName(metric));
}
