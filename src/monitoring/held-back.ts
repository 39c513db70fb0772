import { z } from 'zod';
import type { Window } from '../core/model.ts';
import type { RowsInBucket } from '../core/ports/profiles.ts';

/** Fewer rows than this share of a window explain nothing. */
const SHARE = 0.05;

/**
 * What explains a window besides a change of the data. `switch`: something was deployed or taken out of service within
 * it. `others`: for a part of it another version answered alone. `replay`: rows of the past arrived much later beside
 * those that arrived in time.
 */
export const HeldBack = z.object({
  why: z.enum(['switch', 'others', 'replay']),
  /** Those of the other version, or of the replay, out of all rows of the window. */
  rows: z.number().optional(),
  of: z.number().optional(),
});
export type HeldBack = z.infer<typeof HeldBack>;

interface Seen {
  /** When something was deployed, restored or taken out of service. */
  switches: readonly Date[];
  /** Rows of the version that is watched, by hour, and of all. */
  own: readonly RowsInBucket[];
  all: readonly RowsInBucket[];
}

/** Undefined if nothing does. */
export function heldBack(window: Window, { switches, own, all }: Seen): HeldBack | undefined {
  const inside = (time: Date) => time >= window.from && time < window.to;
  if (switches.some(inside)) return { why: 'switch' };
  const total = (buckets: readonly RowsInBucket[], of: (bucket: RowsInBucket) => number) =>
    buckets.filter(({ bucket }) => inside(bucket)).reduce((sum, bucket) => sum + of(bucket), 0);
  const answered = new Set(own.map(({ bucket }) => bucket.getTime()));
  const of = total(all, ({ rows }) => rows);
  const others = total(all, ({ bucket, rows }) => (answered.has(bucket.getTime()) ? 0 : rows));
  if (others > 0 && others >= of * SHARE) return { why: 'others', rows: others, of };
  const mine = total(own, ({ rows }) => rows);
  const late = total(own, ({ late = 0 }) => late);
  if (late > mine * SHARE && mine - late > mine * SHARE)
    return { why: 'replay', rows: late, of: mine };
  return undefined;
}
