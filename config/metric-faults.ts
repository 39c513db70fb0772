import { METRIC_RANGES, metricName } from '../src/core/metrics.ts';
import { didYouMean } from '../src/core/suggest.ts';
import { type Fault, fieldsOf } from './faults.ts';

type Fields = Record<string, unknown>;

/** Of a model's gates and evaluation: metrics that nobody measures, and bounds that nothing can meet. */
export function metricFaults(model: Fields): Fault[] {
  const evaluation = fieldsOf(model['evaluation']);
  const { primary, margin } = evaluation;
  const gates: unknown[] = Array.isArray(model['gates']) ? model['gates'] : [];
  return [
    ...(Array.isArray(primary) ? primary : []).flatMap((metric, at) =>
      unknownMetric(metric, ['evaluation', 'primary', at]),
    ),
    ...outOfRange('margin', margin, undefined, ['evaluation', 'margin']),
    ...gates.flatMap((gate, at) => inGate(fieldsOf(gate), ['gates', at])),
  ];
}

function inGate(gate: Fields, path: readonly PropertyKey[]): Fault[] {
  const { metric, min, max, margin } = gate;
  if (metric === undefined) return [];
  const unknown = unknownMetric(metric, [...path, 'metric']);
  if (unknown.length > 0) return unknown;
  return [
    ...outOfRange('min', min, String(metric), [...path, 'min']),
    ...outOfRange('max', max, String(metric), [...path, 'max']),
    ...outOfRange('margin', margin, String(metric), [...path, 'margin']),
  ];
}

function unknownMetric(metric: unknown, path: readonly PropertyKey[]): Fault[] {
  if (typeof metric !== 'string' || rangeOf(metric)) return [];
  const names = Object.keys(METRIC_RANGES);
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
  metric: string | undefined,
  path: readonly PropertyKey[],
): Fault[] {
  const range = metric === undefined ? { min: 0, max: 1 } : rangeOf(metric);
  if (typeof value !== 'number' || !range || Number.isNaN(value)) return [];
  const max = range.max ?? Number.POSITIVE_INFINITY;
  if (value >= range.min && value <= max) return [];
  const who = metric ?? 'what is compared';
  const lies =
    range.max === undefined ? 'is never below 0' : `lies between ${range.min} and ${max}`;
  const percent =
    value > 1 && value <= 100 ? `; did you mean ${Number((value / 100).toPrecision(6))}?` : '';
  return [{ path, words: `${who} ${lies}, so ${kind}: ${value} cannot be meant${percent}` }];
}

function rangeOf(metric: string) {
  const name = metricName(metric);
  return Object.hasOwn(METRIC_RANGES, name) ? METRIC_RANGES[name] : undefined;
}
