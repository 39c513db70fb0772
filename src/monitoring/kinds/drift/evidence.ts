import { z } from 'zod';

/** What an alert keeps: every column of the newest window, the confirmed ones marked. */
export type DriftEvidence = {
  rows: number;
  /** Missing in alerts of releases before kinds of monitors. */
  need?: number | undefined;
  of?: number | undefined;
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

/** Of the columns that drifted, the one whose distribution moved most comes first. */
export function driftedOf({ columns }: DriftEvidence): DriftEvidence['columns'] {
  return columns.filter(({ drifted }) => drifted).sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0));
}
