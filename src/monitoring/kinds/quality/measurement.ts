import { z } from 'zod';

/** What a column is checked for. */
const Check = z.enum(['null', 'nan', 'infinite', 'unseen', 'outside']);

/** One window as stored: figures before any threshold. Shares are 0 to 1. */
export const Measurement = z.object({
  rows: z.number(),
  columns: z.array(
    z.object({
      name: z.string(),
      rows: z.number(),
      /** Smallest and largest number in the window. */
      min: z.number().nullable(),
      max: z.number().nullable(),
      checks: z.array(
        z.object({
          name: Check,
          /** Share in the training data, or the expected share in new rows of the same kind. */
          reference: z.number(),
          window: z.number(),
          /** From a two-proportion test; missing if there is nothing to test. */
          p: z.number().optional(),
        }),
      ),
    }),
  ),
  /** Features that are declared in the configuration but that the version was trained without. */
  unknown: z.array(z.string()),
  /** The other way around. */
  gone: z.array(z.string()),
  /** Rows of the model, of all versions, and in the same hours of earlier weeks, newest first. */
  volume: z.object({ rows: z.number(), earlier: z.array(z.number()) }),
});

export type QualityMeasurement = z.output<typeof Measurement>;
export type ColumnQuality = QualityMeasurement['columns'][number];
