import { z } from 'zod';
import { defineGate } from '../../../core/define-gate.ts';
import type { GateAbout, GateEvidence, GateResult } from '../../../core/gate.ts';
import { marginOf, metricName, withinSentence } from '../../../core/metrics.ts';
import type { Margin } from '../../../core/task.ts';
import { judgeDifference, type Verdict } from '../../../core/verdict.ts';
import { called } from '../words.ts';
import { comparison as inWords, whatWouldChange } from './words.ts';

/** One margin for all metrics, or one for each by name. */
const MarginSetting = z.union(
  [z.number().min(0), z.record(z.string().transform(metricName), z.number().min(0))],
  'expected a number, 0 or more, or {metric: number}',
);

const Settings = z.object({
  compare: z.literal('champion'),
  /** Default: each primary metric, with the margins of `evaluation`. */
  metric: z.string().optional(),
  /** By default a candidate need not be better: it must be shown to be not worse. */
  require: z.enum(['better', 'not worse']).default('not worse'),
  margin: MarginSetting.optional(),
});

interface Asked {
  metric: string;
  require: 'better' | 'not worse';
  margin: Margin | undefined;
}

/** On the same rows, the candidate must be shown to be not worse than the live version, or better. */
export const champion = defineGate({
  name: 'champion',
  summary: 'compared with the live version on the same rows, it is not worse, or better',
  key: 'compare',
  form: '{compare: champion, metric, require}',
  settings: Settings,
  judge: ({ metric, require, margin }, evidence, about) =>
    metric === undefined
      ? about.primary.map((one) =>
          judgeMetric({ metric: one, require, margin: margin ?? about.margin }, evidence, about),
        )
      : [judgeMetric({ metric, require, margin }, evidence, about)],
});

function judgeMetric(
  { metric, require: required, margin: configured }: Asked,
  { comparison }: GateEvidence,
  about: GateAbout,
): Omit<GateResult, 'gate'> {
  const { name: measured, unit, shape } = called(metric, about);
  const base = { name: `${measured} against the champion`, limit: required };
  if (comparison === 'no champion') {
    const words = `There is no champion yet to compare ${withinSentence(measured)} with.`;
    return { ...base, status: 'passed', value: 'no champion yet', words };
  }
  if (comparison !== undefined && 'unusable' in comparison) {
    const words = `Not applicable: ${comparison.unusable}`;
    return { ...base, status: 'not applicable', value: 'no usable champion', words };
  }
  const compared = comparison?.metrics.find(
    (each) => each.name === metric || each.name === metricName(metric),
  );
  if (compared === undefined || shape === undefined) {
    const words = `${measured} was not compared with the champion.`;
    const change = 'Compare the two first.';
    return { ...base, status: 'failed', value: 'not compared', words, change };
  }
  const margin = marginOf(shape, configured, compared.champion);
  const verdict = judgeDifference(compared, margin);
  const asked = { margin, unit, required };
  const words = inWords(measured, compared, verdict, asked);
  if (satisfies(verdict, required)) return { ...base, status: 'passed', value: verdict, words };
  const change = whatWouldChange(compared, verdict, asked, comparison?.rows);
  return { ...base, status: 'failed', value: verdict, words, change };
}

function satisfies(verdict: Verdict, required: 'not worse' | 'better'): boolean {
  return verdict === 'better' || (verdict === 'not worse' && required === 'not worse');
}
