import { z } from 'zod';
import { Certified } from './sequential.ts';

/** An alarm of a budget. Times are in milliseconds since the epoch. */
const Alarm = z.object({
  /** Evidence when the alarm was raised, as `evidence : 1`. */
  evidence: z.number(),
  /** Evidence that raises an alarm: the windows in the budget. */
  budget: z.number(),
  /** The budget as it is in the workspace file. */
  falseAlarms: z.string(),
  /** How many monitors share it; missing if it is this monitor's own. */
  sharedBy: z.number().optional(),
  windowHours: z.number(),
  /** Start of the window in which the change seems to have begun, and of the one that raised the alarm. */
  since: z.number(),
  at: z.number(),
  /** The strongest first. */
  moved: z.array(
    z.object({
      column: z.string(),
      gauge: z.string(),
      direction: z.enum(['up', 'down']),
      evidence: z.number(),
    }),
  ),
  certified: Certified.optional(),
});
export type BudgetAlarm = z.infer<typeof Alarm>;

/** What an alert stores: every column of the newest window, with the confirmed ones marked. */
export type DriftEvidence = {
  rows: number;
  /** Missing in alerts from releases before there were kinds of monitors, and in those of a budget. */
  need?: number | undefined;
  of?: number | undefined;
  /** For `rule: budget`. */
  alarm?: BudgetAlarm | undefined;
  columns: {
    name: string;
    psi?: number | undefined;
    adjustedP?: number | undefined;
    drifted: boolean;
    status: string;
  }[];
};

export const Evidence: z.ZodType<DriftEvidence> = z.object({
  rows: z.number().default(0),
  need: z.number().optional(),
  of: z.number().optional(),
  alarm: Alarm.optional(),
  columns: z.array(
    z.object({
      name: z.string(),
      psi: z.number().optional(),
      adjustedP: z.number().optional(),
      drifted: z.boolean(),
      status: z.string(),
    }),
  ),
});

/** What drifted: by evidence, or else the one with the largest change in distribution first. */
export function driftedOf({ columns, alarm }: DriftEvidence): DriftEvidence['columns'] {
  const place = (name: string) => alarm?.moved.findIndex(({ column }) => column === name) ?? 0;
  return columns
    .filter(({ drifted }) => drifted)
    .sort((a, b) => place(a.name) - place(b.name) || (b.psi ?? 0) - (a.psi ?? 0));
}
