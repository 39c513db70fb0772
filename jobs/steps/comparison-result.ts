import { z } from 'zod';
import type { ComparisonResult } from '../../src/cards/comparison.ts';

const Stored = z.object({
  data: z.record(z.string(), z.unknown()),
  words: z.string(),
  tone: z.enum(['note', 'progress', 'success', 'warning', 'danger']),
  text: z.string(),
  table: z.object({ columns: z.array(z.string()), rows: z.array(z.array(z.string())) }),
  pictures: z.array(
    z.object({ sha256: z.string(), alt: z.string(), width: z.number(), height: z.number() }),
  ),
  promotable: z.boolean(),
  title: z.string().optional(),
  promote: z.array(z.number()).optional(),
});

/** The result of a comparison, as stored with its run. Throws if it is not one. */
export function readComparisonResult(stored: unknown): ComparisonResult {
  return Stored.parse(stored);
}
