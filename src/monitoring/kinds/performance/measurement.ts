import { z } from 'zod';

/** A metric as shown: its value may be undefined for the rows of a window. */
const Figure = z.object({
  name: z.string(),
  words: z.string(),
  value: z.number().optional(),
  /** At the evaluation of the version. */
  evaluated: z.number().optional(),
});

/** The watched loss in a window, in units of `most`: 0 to 1. */
const Risk = z.object({
  metric: z.string(),
  words: z.string(),
  higherIsBetter: z.boolean(),
  /** The largest loss that counts, in the metric's unit. */
  most: z.number(),
  rows: z.number(),
  sum: z.number(),
  /** Around `evaluated`. */
  spread: z.number(),
  evaluated: z.number(),
  /** Upper bound of the loss at the evaluation. */
  upper: z.number(),
  /** Of the metric, if the settings name none. */
  tolerance: z.number(),
});

/** One value of one column, compared with all other rows of the window. */
const Slice = z.object({
  column: z.string(),
  value: z.string().nullable(),
  rows: z.number(),
  /** Mean loss, in units of `most`. */
  loss: z.number(),
  /** Of its loss being no larger than that of the other rows, adjusted over all slices (Holm). */
  p: z.number(),
});

/** One window as stored: figures of the labels that are known, before any threshold. */
export const Measurement = z.object({
  /** Predictions, labelled or not. */
  rows: z.number(),
  labelled: z.number(),
  /** For labels 0 and 1. */
  positives: z.number().optional(),
  metrics: z.array(Figure),
  risk: Risk.optional(),
  /** The worst first. */
  slices: z.array(Slice),
});

export type PerformanceMeasurement = z.output<typeof Measurement>;
export type Risk = z.output<typeof Risk>;
export type Slice = z.output<typeof Slice>;

/** What an alert stores: the newest window, and what the evidence is. */
export const Evidence = Measurement.extend({
  alarm: z
    .object({
      /** Start of the first window that the evidence is from. */
      since: z.string(),
      labelled: z.number(),
      /** Mean loss since then, its lower bound, and the limit that it exceeds, in units of `most`. */
      loss: z.number(),
      lower: z.number(),
      limit: z.number(),
    })
    .optional(),
  matureAfterHours: z.number(),
  falseAlarms: z.string(),
  /** How many monitors share it; missing if it is this monitor's own. */
  sharedBy: z.number().optional(),
});

export type PerformanceEvidence = z.output<typeof Evidence>;
