import { z } from 'zod';

/** What a column is looked at for. */
const Check = z.enum(['null', 'nan', 'infinite', 'unseen', 'outside']);

/** One window as it is stored: figures before any threshold. Shares are 0 to 1. */
export const Measurement = z.object({
  rows: z.number(),
  columns: z.array(
    z.object({
      name: z.string(),
      rows: z.number(),
      /** Least and greatest number of the window. */
      min: z.number().nullable(),
      max: z.number().nullable(),
      checks: z.array(
        z.object({
          name: Check,
          /** Share in the training data, or what fresh rows of the same kind would have. */
          reference: z.number(),
          window: z.number(),
          /** Of a two-proportion test; missing where chance has nothing to decide. */
          p: z.number().optional(),
        }),
      ),
    }),
  ),
  /** Features that the configuration declares and the version was trained without. */
  unknown: z.array(z.string()),
  /** The other way round. */
  gone: z.array(z.string()),
  /** Rows of the model, whatever its version, and in the same hours of earlier weeks, newest first. */
  volume: z.object({ rows: z.number(), earlier: z.array(z.number()) }),
});

export type QualityMeasurement = z.output<typeof Measurement>;
export type ColumnQuality = QualityMeasurement['columns'][number];
