import { marginOf, metricName, withinSentence } from '../core/metrics.ts';
import type { ChampionGate, MetricShape } from '../core/task.ts';
import { judgeDifference, type Verdict } from './verdict.ts';
import * as words from './words.ts';

/** The requirements that a candidate must meet before it is promoted. */
export type Gate =
  | { minRows: number }
  | { metric: string; min?: number | undefined; max?: number | undefined }
  | ChampionGate;

export type Evidence = {
  /** Number of labelled rows the candidate was measured on. */
  rows: number;
  /** The candidate's metrics; `log_loss` also finds `logLoss`. */
  metrics: Readonly<Record<string, number | undefined>>;
  /** Absent if nothing was compared, which is different from having no champion. */
  comparison?:
    | { metrics: readonly words.ComparedMetric[] }
    | 'no champion'
    /** There is a champion but it gives no usable answer: the reason, as a sentence. */
    | { unusable: string }
    | undefined;
};

export type GateResult = {
  name: string;
  passed: boolean;
  /** It could not be applied, for the reason in `words`, and neither passed nor failed. */
  notApplicable?: true;
  expected: string;
  actual: string;
  /** One sentence for people. */
  words: string;
};

/**
 * Checks all gates; the result passes if every applicable gate does. A metric with both bounds gives two
 * results. Without gates it passes.
 * @param metrics those of the model's task
 * @param unit of the label, where one is declared
 */
export function judgeGates(
  gates: readonly Gate[],
  evidence: Evidence,
  metrics: readonly MetricShape[],
  unit?: string | undefined,
): { passed: boolean; gates: GateResult[] } {
  const results = gates.flatMap((gate) => judgeGate(gate, evidence, metrics, unit));
  return { passed: !results.some(isFailed), gates: results };
}

export function isFailed({ passed, notApplicable }: Pick<GateResult, 'passed' | 'notApplicable'>) {
  return !passed && !notApplicable;
}

function judgeGate(
  gate: Gate,
  evidence: Evidence,
  metrics: readonly MetricShape[],
  labelUnit: string | undefined,
): GateResult[] {
  if ('minRows' in gate) return [judgeRows(gate.minRows, evidence.rows)];
  const measured = metrics.find(({ name }) => name === metricName(gate.metric));
  const name = measured?.words ?? words.capital(gate.metric);
  const unit = measured?.unit === 'label' ? labelUnit : undefined;
  if ('compare' in gate) return [judgeAgainstChampion(gate, { name, unit }, measured, evidence)];
  const { metric, min, max } = gate;
  const results: GateResult[] = [];
  if (min !== undefined) results.push(judgeBound(metric, { name, unit }, 'min', min, evidence));
  if (max !== undefined) results.push(judgeBound(metric, { name, unit }, 'max', max, evidence));
  return results.length > 0 ? results : [boundless(name)];
}

/** A gate without a bound is a configuration mistake, not a gate that always passes. */
function boundless(name: string): GateResult {
  const said = `The gate on ${withinSentence(name)} names neither a lowest nor a highest value; give it one.`;
  return { name, passed: false, expected: 'a bound', actual: 'none', words: said };
}

function judgeRows(required: number, rows: number): GateResult {
  const passed = rows >= required;
  return {
    name: 'labelled rows',
    passed,
    expected: `at least ${words.count(required)}`,
    actual: words.count(rows),
    words: passed
      ? `Measured on ${words.count(rows)} labelled rows; ${words.count(required)} were asked for.`
      : `Only ${words.count(rows)} labelled rows, where ${words.count(required)} are needed.`,
  };
}

/** What a metric is called at the head of a sentence, and its unit. */
interface Called {
  name: string;
  unit: string | undefined;
}

function judgeBound(
  metric: string,
  { name, unit }: Called,
  side: 'min' | 'max',
  bound: number,
  { metrics, rows }: Evidence,
): GateResult {
  const expected = `${side === 'min' ? 'at least' : 'at most'} ${bound}`;
  const actual = lookUp(metrics, metric);
  if (actual === undefined || Number.isNaN(actual)) {
    const said = `${name} could not be measured on these ${words.count(rows)} rows.`;
    return { name, passed: false, expected, actual: 'not measured', words: said };
  }
  const passed = side === 'min' ? actual >= bound : actual <= bound;
  const shown = words.beside(actual, bound);
  const relation = passed ? 'as asked' : side === 'min' ? 'too low' : 'too high';
  const said = `${name} is ${words.withUnit(shown, unit)}, ${relation}: it must be ${expected}.`;
  return { name, passed, expected, actual: shown, words: said };
}

function judgeAgainstChampion(
  gate: ChampionGate,
  { name: measured, unit }: Called,
  metric: MetricShape | undefined,
  { comparison }: Evidence,
): GateResult {
  const name = `${measured} against the champion`;
  const expected = gate.require;
  if (comparison === 'no champion') {
    const said = `There is no champion yet to compare ${withinSentence(measured)} with.`;
    return { name, passed: true, expected, actual: 'no champion yet', words: said };
  }
  if (comparison !== undefined && 'unusable' in comparison) {
    const said = `Not applicable: ${comparison.unusable}`;
    const actual = 'no usable champion';
    return { name, passed: false, notApplicable: true, expected, actual, words: said };
  }
  const compared = comparison?.metrics.find(
    (each) => each.name === gate.metric || each.name === metricName(gate.metric),
  );
  if (compared === undefined || metric === undefined) {
    const said = `${measured} was not compared with the champion; compare the two first.`;
    return { name, passed: false, expected, actual: 'not compared', words: said };
  }
  const margin = marginOf(metric, gate.margin, compared.champion);
  const verdict = judgeDifference(compared, margin);
  return {
    name,
    passed: satisfies(verdict, gate.require),
    expected,
    actual: verdict,
    words: words.comparison(measured, compared, verdict, {
      ...{ margin, unit, required: gate.require },
    }),
  };
}

function satisfies(verdict: Verdict, required: 'not worse' | 'better'): boolean {
  return verdict === 'better' || (verdict === 'not worse' && required === 'not worse');
}

function lookUp(metrics: Evidence['metrics'], name: string): number | undefined {
  return metrics[name] ?? metrics[metricName(name)];
}
