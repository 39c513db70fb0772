import { z } from 'zod';
import type { DriftMeasurement } from './judge-drift.ts';
import type { FeatureDrift, Judgeable } from './judge-family.ts';
import type { Measured } from './measure-feature.ts';
import { Sequential } from './sequential.ts';

/** A stored column, validated. */
const Now: z.ZodType<Measured> = z.object({
  name: z.string(),
  rows: z.number(),
  values: z.number(),
  constant: z.boolean(),
  distances: z
    .object({
      psi: z.number(),
      jensenShannon: z.number(),
      hellinger: z.number(),
      totalVariation: z.number(),
      largestChange: z.number(),
      p: z.number(),
    })
    .optional(),
  shares: z.array(
    z.object({
      name: z.enum(['null', 'nan', 'infinite', 'unseen']),
      reference: z.number(),
      window: z.number(),
      p: z.number().optional(),
    }),
  ),
});

/** A column as stored by releases before there were kinds of monitors: judged, without the measurements. */
const Before: z.ZodType<FeatureDrift> = z.object({
  name: z.string(),
  rows: z.number().default(0),
  status: z.enum(['ok', 'warn', 'alert', 'insufficient data']),
  drifted: z.boolean(),
  reasons: z.array(z.enum(['distribution', 'null', 'nan', 'infinite', 'unseen'])).default([]),
  constant: z.boolean().default(false),
  psi: z.number().optional(),
  p: z.number().optional(),
  adjustedP: z.number().optional(),
  nullShare: z.number().default(0),
  nanShare: z.number().default(0),
  infiniteShare: z.number().default(0),
  unseenShare: z.number().optional(),
});

const Column: z.ZodType<Judgeable> = z.union([Now, Before]);

/** What a finding stores about its window. */
export const Measurement: z.ZodType<DriftMeasurement> = z.object({
  rows: z.number(),
  features: z.array(Column),
  predictions: z.array(Column),
  sequential: Sequential.optional(),
});
