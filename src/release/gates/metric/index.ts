import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import type { GateEvidence, GateResult } from '../../../core/gate.ts';
import { metricName } from '../../../core/metrics.ts';
import { beside, type Called, called, count, withUnit } from '../words.ts';

const Settings = z.object({
  metric: z.string(),
  min: z.number().optional(),
  max: z.number().optional(),
});

/** A metric on held-out rows is within its bounds. Two bounds give two results. */
export const metric = defineGate({
  name: 'metric',
  summary: 'a metric on held-out rows is within its bounds',
  key: 'metric',
  form: '{metric, min} or {metric, max}',
  settings: Settings,
  fault: ({ min, max }) =>
    min === undefined && max === undefined ? 'expected min or max, or both' : undefined,
  faults: ({ min, max }) =>
    min !== undefined && max !== undefined && min > max
      ? [{ key: 'min', words: `it is greater than max (${max}), so no version can pass` }]
      : [],
  judge({ metric: name, min, max }, evidence, about) {
    const who = called(name, about);
    const judged = [
      ...(min === undefined ? [] : [judgeBound(name, who, 'min', min, evidence)]),
      ...(max === undefined ? [] : [judgeBound(name, who, 'max', max, evidence)]),
    ];
    return judged.length > 0 ? judged : [boundless(who.name)];
  },
});

/** A gate without a bound is a configuration mistake, not a gate that always passes. */
function boundless(name: string): Omit<GateResult, 'gate'> {
  const words = `The gate on ${name} has no bound.`;
  const change = 'Give it min or max in wheelhouse.yaml.';
  return { name, status: 'failed', value: 'none', limit: 'a bound', words, change };
}

function judgeBound(
  metric: string,
  { name, unit }: Called,
  side: 'min' | 'max',
  bound: number,
  { metrics, rows }: GateEvidence,
): Omit<GateResult, 'gate'> {
  const limit = `${side === 'min' ? 'at least' : 'at most'} ${bound}`;
  const actual = metrics[metric] ?? metrics[metricName(metric)];
  if (actual === undefined || Number.isNaN(actual)) {
    const words = `${name} could not be measured on these ${count(rows)} rows.`;
    const change = 'Evaluate on rows that define it, e.g. more days with both labels.';
    return { name, status: 'failed', value: 'not measured', limit, words, change };
  }
  const passed = side === 'min' ? actual >= bound : actual <= bound;
  const value = beside(actual, bound);
  const relation = passed ? 'as asked' : side === 'min' ? 'too low' : 'too high';
  const words = `${name} is ${withUnit(value, unit)}, ${relation}: it must be ${limit}.`;
  if (passed) return { name, status: 'passed', value, limit, words };
  const missing = withUnit(String(Number(Math.abs(bound - actual).toPrecision(2))), unit);
  const change = `It would pass with ${missing} ${side === 'min' ? 'more' : 'less'}.`;
  return { name, status: 'failed', value, limit, words, change };
}
