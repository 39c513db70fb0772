import { z } from 'zod';

const Figure = z.object({
  name: z.string(),
  words: z.string(),
  /** Estimated, and its standard error if it is a mean. */
  value: z.number(),
  error: z.number().optional(),
  /** As measured at the evaluation of the version. */
  evaluated: z.number().optional(),
});

/** The metric that raises alarms. */
const WatchedFigure = Figure.extend({
  error: z.number(),
  evaluated: z.number(),
  evaluatedError: z.number(),
  higherIsBetter: z.boolean(),
  /** If the settings name none. */
  tolerance: z.number(),
});

/** One window as stored. */
export const Measurement = z.object({
  rows: z.number(),
  metrics: z.array(Figure),
  watched: WatchedFigure.optional(),
  /** Of a weighted estimate: how many evaluated rows it is worth, and the share of the window that has none. */
  represented: z.object({ effective: z.number(), uncovered: z.number() }).optional(),
  /** Rows whose labels the means are combined with; 0: too few. Missing if none were asked for. */
  labelled: z.number().optional(),
});

export type EstimatedMeasurement = z.output<typeof Measurement>;
export type WatchedFigure = z.output<typeof WatchedFigure>;

/** What an alert stores: the newest window, and what counted as too bad. */
export const Evidence = Measurement.extend({
  need: z.number(),
  of: z.number(),
  /** The end of the reference band, with the tolerance. */
  limit: z.number().optional(),
  /** Evidence to one; missing in what earlier releases stored. */
  odds: z.number().optional(),
  falseAlarms: z.string().optional(),
  /** How many monitors share it; missing if it is this monitor's own. */
  sharedBy: z.number().optional(),
});

export type EstimatedEvidence = z.output<typeof Evidence>;
