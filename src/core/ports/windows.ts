import type { Json } from '../json.ts';
import type { Window } from '../model.ts';

/** What the night watch reads: profiles of predictions by the time of the prediction. */
export interface ProfileReader {
  /** Time of the newest prediction that is in a profile; undefined before the first. */
  watermark(model: string): Promise<Date | undefined>;
  /** Times of the oldest bucket, from `after` on, and of the newest prediction; undefined where there is none. */
  span(
    model: string,
    version: number,
    after: Date | undefined,
  ): Promise<{ oldest: Date; newest: Date } | undefined>;
  /** The profiles of each bucket in the window, by column, `score` among them; mergeable in any order. */
  within(model: string, version: number, window: Window): Promise<Record<string, Json>[]>;
}
