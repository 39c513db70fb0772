import { z } from 'zod';

const Share = z.object({
  /** The label: a class, or `yes`. */
  name: z.string(),
  evaluated: z.number(),
  estimated: z.number(),
  /** Standard errors: of the estimate, and of its difference from the evaluated share. */
  error: z.number(),
  changeError: z.number(),
});

/** One window as stored. */
export const Measurement = z.object({
  rows: z.number(),
  /** Null: infinite. */
  condition: z.number().nullable(),
  /** None if the estimate is refused. */
  shares: z.array(Share),
});

export type PrevalenceMeasurement = z.output<typeof Measurement>;
export type LabelShare = z.output<typeof Share>;

/** What an alert stores: the newest window, and what counted as a shift. */
export const Evidence = Measurement.extend({
  need: z.number(),
  of: z.number(),
  tolerance: z.number(),
  /** Labels whose share moved. */
  moved: z.array(z.string()),
});

export type PrevalenceEvidence = z.output<typeof Evidence>;
