import type { Needs } from '../../src/core/world.ts';

/**
 * Up to when there are rows to train and evaluate on: where the newest accepted arrival ends, and without arrivals that
 * say when their rows happened, where the predictions end. Undefined if neither says so.
 */
export const dataReach = async (
  model: string,
  { arrivals, profiles }: Needs<'arrivals' | 'profiles'>,
): Promise<Date | undefined> =>
  (await arrivals.newestRow(model)) ?? (await profiles.watermark(model));
