import { z } from 'zod';

/** What an alert stores: every column of the newest window, with the confirmed ones marked. */
export type DriftEvidence = {
  rows: number;
  /** Missing in alerts from releases before there were kinds of monitors. */
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

/** Of the drifted columns, the one with the largest change in distribution comes first. */
export function driftedOf({ columns }: DriftEvidence): DriftEvidence['columns'] {
  return columns.filter(({ drifted }) => drifted).sort((a, b) => (b.psi ?? 0) - (a.psi ?? 0));
}
