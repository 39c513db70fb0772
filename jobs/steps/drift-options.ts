import { z } from 'zod';
import type { MonitorSpec } from '../../src/core/model.ts';
import type { EarlierJudgement } from '../../src/monitoring/drift/confirm.ts';
import type { DriftOptions } from '../../src/monitoring/drift/options.ts';

/** The column of what the model answered, beside those of what it was asked. */
export const SCORE = 'score';

export function optionsOf({ thresholds, important }: MonitorSpec): Partial<DriftOptions> {
  const { psiWarn, psiAlert, alpha, minRows } = thresholds;
  return { warn: psiWarn, alert: psiAlert, alpha, minRows, important, predictions: [SCORE] };
}

const Column = z.object({
  name: z.string(),
  drifted: z.boolean(),
  status: z.enum(['ok', 'warn', 'alert', 'insufficient data']),
});
const Judgement = z.object({ features: z.array(Column), predictions: z.array(Column) });

/** What a finding kept of its window. */
export function earlierJudgement(detail: unknown): EarlierJudgement {
  return Judgement.parse(detail);
}
