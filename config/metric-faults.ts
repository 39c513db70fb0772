import { metricName } from '../src/core/metrics.ts';
import { didYouMean } from '../src/core/suggest.ts';
import type { MetricShape } from '../src/core/task.ts';
import { type Fault, fieldsOf } from './faults.ts';
import { classesOf, taskOf } from './task-of.ts';

type Fields = Record<string, unknown>;
type Path = readonly PropertyKey[];
type Range = { min: number | undefined; max: number | undefined };

/** Of a model's gates and evaluation: metrics that its task does not measure, and bounds that nothing can meet. */
export function metricFaults(model: Fields): Fault[] {
  const evaluation = fieldsOf(model['evaluation']);
  const metrics = taskOf(model).metrics(classesOf(model));
  const { margin } = evaluation;
  const primary: unknown[] = Array.isArray(evaluation['primary']) ? evaluation['primary'] : [];
  const gates: unknown[] = Array.isArray(model['gates']) ? model['gates'] : [];
  return [
    ...primary.flatMap((metric, at) =>
      unknownMetric(metric, metrics, ['evaluation', 'primary', at]),
    ),
    ...inMargin(margin, metrics, metrics, ['evaluation', 'margin']),
    ...gates.flatMap((gate, at) => inGate(fieldsOf(gate), metrics, ['gates', at])),
  ];
}

function inGate(gate: Fields, metrics: readonly MetricShape[], path: Path): Fault[] {
  const { metric, min, max, margin } = gate;
  if (metric === undefined) return [];
  const shape = shapeOf(metric, metrics);
  if (!shape) return unknownMetric(metric, metrics, [...path, 'metric']);
  const who = String(metric);
  return [
    ...outOfRange('min', min, who, shape, [...path, 'min']),
    ...outOfRange('max', max, who, shape, [...path, 'max']),
    ...inMargin(margin, [shape], metrics, [...path, 'margin'], who),
  ];
}

/** A number, or a number for each metric by name. */
function inMargin(
  margin: unknown,
  of: readonly MetricShape[],
  metrics: readonly MetricShape[],
  path: Path,
  who = 'what is compared',
): Fault[] {
  if (typeof margin === 'number') {
    // One number is for all of them: for a share it cannot be more than one, whatever else has no bound.
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
      ? 'rows are no metric; write the gate { min_rows: NUMBER }'
      : `"${metric}" is not measured.${didYouMean(metric, names)} There are ${names.join(', ')}`;
  return [{ path, words }];
}

/** A bound outside of what the metric can be holds always or never. */
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
      ? `is never above ${max}`
      : max === undefined
        ? `is never below ${min}`
        : `lies between ${min} and ${max}`;
  const percent =
    max === 1 && value > 1 && value <= 100
      ? `; did you mean ${Number((value / 100).toPrecision(6))}?`
      : '';
  return [{ path, words: `${who} ${lies}, so ${kind}: ${value} cannot be meant${percent}` }];
}

function shapeOf(metric: unknown, metrics: readonly MetricShape[]): MetricShape | undefined {
  return metrics.find(({ name }) => typeof metric === 'string' && name === metricName(metric));
}
