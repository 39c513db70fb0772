import { z } from 'zod';

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_MS = 30 * UNITS.d;

/** A length of time as people write it: `30m`, `1h`, `2d`; at most 30 days. In milliseconds. */
export const Duration = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[1-9]\d{0,4}[mhd]$/, 'expected a length of time such as 30m, 1h or 1d')
  .transform((text) => {
    const unit = text.endsWith('m') ? UNITS.m : text.endsWith('h') ? UNITS.h : UNITS.d;
    return Number(text.slice(0, -1)) * unit;
  })
  .refine((ms) => ms <= LONGEST_MS, 'expected at most 30d');
