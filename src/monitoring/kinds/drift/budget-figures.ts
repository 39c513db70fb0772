import { z } from 'zod';
import type { Json } from '../../../core/json.ts';
import { budgetOf, budgetWords } from '../../budget.ts';
import { Certified, Learning } from './sequential.ts';
import { type DriftMonitor, windowsIn } from './settings.ts';
import { adviceOn, certifiedWords, odds, sinceWords } from './words.ts';

/** What a finding stores for lists of windows. */
const Budget = z.object({
  evidence: z.number(),
  /** Evidence that raises an alarm: the windows in the budget. */
  budget: z.number(),
  falseAlarms: z.string(),
  sharedBy: z.number().optional(),
  alarm: z.object({ evidence: z.number(), since: z.number() }).optional(),
  certified: Certified.optional(),
});
export type BudgetFigures = z.infer<typeof Budget>;

const Figures = z.union([Budget, z.object({ learning: Learning })]);

/** `evidence 12 of 730`, for a cell of a list; undefined for figures of another rule. */
export function gistOf(figures: Json | undefined): string | undefined {
  const { data } = Figures.safeParse(figures);
  if (!data || 'learning' in data) return undefined;
  const { evidence, budget, alarm } = data;
  return alarm
    ? `evidence ${odds(alarm.evidence)}`
    : `evidence ${odds(evidence)} of ${odds(budget)}`;
}

/** What to know about the monitor beside its newest finding: one line. */
export function noteOn(figures: Json | undefined, monitor: DriftMonitor): string | undefined {
  const { data } = Figures.safeParse(figures);
  if (!data) return undefined;
  if ('learning' in data) return `Still learning. ${adviceOn(data.learning, monitor)}`;
  const { alarm, certified } = data;
  return [
    `Budget: ${budgetWords(budgetOf(monitor)).replace('false_alarms: ', '')}, so an alarm needs evidence of ${odds(windowsIn(monitor))}.`,
    ...(alarm ? [`The change began about ${sinceWords(alarm.since, monitor.windowHours)}.`] : []),
    ...(certified ? certifiedWords(certified) : []),
  ].join(' ');
}
